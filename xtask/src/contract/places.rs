//! Places in the API, with a text for each.

use std::collections::BTreeMap;

/// The text of each place. An operation is a place, such as `POST /contacts/`. A place in it follows after a space, such
/// as `POST /contacts/ request.tags[]`, `POST /contacts/ response.200.body.name` or `POST /contacts/ parameter.query.pn`.
/// The place of a limit ends with its keyword, as in `POST /contacts/ request.notes maxLength`.
pub type Places = BTreeMap<String, String>;

/// The text of a place that is documented without a type.
pub(super) const PRESENT: &str = "present";

/// The text of a place that is not documented.
pub(super) const ADDITION: &str = "an addition";

/// Joins the terms, or returns `nothing` if there are none.
pub(super) fn join(terms: impl IntoIterator<Item = String>, separator: &str) -> String {
    terms.into_iter().reduce(|all, term| all + separator + &term).unwrap_or_else(|| "nothing".to_owned())
}
