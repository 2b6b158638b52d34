//! Which of the names of a row are sent.

use std::collections::BTreeMap;

use contact_client::model::name;

use crate::contact_fields::Field::{self, FirstName, FullName, LastName};
use crate::import::row::Value;

/// Handles a row that has only one part of a name and a blank cell for the other one: the part is then not derived from
/// the words of the full name.
///
/// If the full name equals the part that the row has, only that part is sent, so an existing contact keeps its other
/// part. Otherwise the full name replaces the whole name, and the other part is sent as null.
pub(super) fn trust_blank_part(fields: &mut BTreeMap<Field, Value>, is_blank: impl Fn(Field) -> bool) {
    let is_missing = |part| !fields.contains_key(&part) && is_blank(part);
    let (part, other) = match (fields.contains_key(&FirstName), fields.contains_key(&LastName)) {
        (true, false) if is_missing(LastName) => (FirstName, LastName),
        (false, true) if is_missing(FirstName) => (LastName, FirstName),
        _ => return,
    };
    let Some(full_name) = text(fields, FullName) else { return };
    let titled = name::title_case(full_name);
    let part_text = text(fields, part);
    if part_text.is_some_and(|part| name::title_case(part) == titled) {
        if part_text != Some(full_name) || !is_cased(full_name) {
            fields.insert(part, Value::Text(titled));
        }
        fields.remove(&FullName);
    } else {
        fields.insert(other, Value::Json("null".to_owned()));
    }
}

/// Keeps the case of a name that the row has both whole and in parts, such as `Ludwig van Beethoven` in an export: only
/// the parts are sent, because the server title-cases a full name and stores parts as they are. A name that is only in
/// upper case or only in lower case is title-cased.
pub(super) fn keep_case(fields: &mut BTreeMap<Field, Value>) {
    let (first, last) = (text(fields, FirstName), text(fields, LastName));
    let is_composed = |full: &&str| name::compose(first, last).as_deref() == Some(full);
    let full = text(fields, FullName).filter(is_composed);
    if first.is_some() && last.is_some() && full.is_some_and(is_cased) {
        fields.remove(&FullName);
    }
}

fn text(fields: &BTreeMap<Field, Value>, field: Field) -> Option<&str> {
    fields.get(&field).and_then(Value::as_text)
}

/// Returns true if a name has upper-case and lower-case letters, so that its case can be trusted.
fn is_cased(name: &str) -> bool {
    name.contains(char::is_uppercase) && name.contains(char::is_lowercase)
}
