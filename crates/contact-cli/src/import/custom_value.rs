//! Reads the value of a custom field from a cell, and checks it by the rule that the server follows.

use std::borrow::Cow;

use contact_client::model::{CustomField, CustomFieldType, JsonText};
use serde_json::value::RawValue;

use super::forms::Forms;
use super::row::Value;
use super::said::Said;

/// A value that its field does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadValue {
    /// The name of the field.
    pub(crate) field: String,
    /// Why the field does not take it.
    pub(crate) why: String,
}

/// Reads the value of a custom field. In a table, numbers and dates may be written as these forms have them.
pub(crate) fn read<'r>(value: Value<'r>, kind: CustomFieldType, forms: Forms) -> Option<Said<'r>> {
    let written = match (value, kind) {
        (Value::Text(text), CustomFieldType::Number) => forms.number(text).map(Said::Number),
        (Value::Text(text), CustomFieldType::Date) => {
            forms.date(text).map(|date| Said::Text(Cow::Owned(date)))
        }
        _ => None,
    };
    written.or_else(|| Said::custom(value, kind))
}

/// Checks a value.
///
/// # Errors
/// The field does not take it.
pub(crate) fn check(said: &Said<'_>, field: &CustomField) -> Result<(), BadValue> {
    let bad = |why: String| BadValue { field: field.name.clone(), why };
    let json = serde_json::to_string(said).map_err(|error| bad(error.to_string()))?;
    let raw: &RawValue = serde_json::from_str(&json).map_err(|error| bad(error.to_string()))?;
    let json = JsonText::new(raw).map_err(|unfit| bad(unfit.to_string()))?;
    field.check(&json).map_err(|violation| bad(violation.detail))
}
