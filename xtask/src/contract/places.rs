//! Places in operations of the API, with a text for each.

use std::collections::BTreeMap;

/// The text of each place of an operation, such as `request.notes`, `request.tags[]`, `response.200.body.name` or
/// `parameter.query.pn`. The place of a limit ends with its keyword, as in `request.notes maxLength`. The place of the
/// operation itself is empty.
pub type Places = BTreeMap<String, String>;

/// The places of each operation, by `METHOD /path/`.
pub type Operations = BTreeMap<String, Places>;

/// The text of a place that is documented without a type.
pub(super) const PRESENT: &str = "present";

/// The text of a place that is not documented.
pub(super) const ADDITION: &str = "an addition";

/// Joins the terms, or returns `nothing` if there are none.
pub(super) fn join(terms: impl IntoIterator<Item = String>, separator: &str) -> String {
    terms.into_iter().reduce(|all, term| all + separator + &term).unwrap_or_else(|| "nothing".to_owned())
}
