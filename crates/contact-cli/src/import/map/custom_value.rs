//! Reads the value of a custom field from a cell, and checks it by the rule of the server.

use contact_client::model::{CustomField, CustomFieldType, JsonText};
use serde_json::value::RawValue;

use super::forms::Forms;
use super::values;
use crate::import::row::Value;

/// Reads the value of a custom field. In a table, numbers and dates may be written as the forms of the file allow. JSON is
/// read as such if the field takes it: `12` is a text in a text field and a number in others.
pub(super) fn read(value: &Value, kind: CustomFieldType, forms: Forms) -> Option<Value> {
    let Value::Text(text) = value else { return Some(value.clone()) };
    let from_json = || match json(text) {
        Some("null") => None,
        Some(json) => Some(Value::Json(json.to_owned())),
        None => values::text(value),
    };
    match kind {
        CustomFieldType::Text => values::text(value),
        CustomFieldType::Date => forms.date(text).map(Value::Text).or_else(|| values::word(value)),
        CustomFieldType::Select => values::word(value),
        CustomFieldType::Boolean => values::boolean(value),
        CustomFieldType::Number => forms.number(text).map(Value::Json).or_else(from_json),
        CustomFieldType::Any => from_json(),
    }
}

/// Checks a value.
///
/// # Errors
/// Returns why the field does not take it.
pub(super) fn check(value: &Value, field: &CustomField) -> Result<(), String> {
    let json = serde_json::to_string(value).map_err(|error| error.to_string())?;
    let raw: &RawValue = serde_json::from_str(&json).map_err(|error| error.to_string())?;
    let json = JsonText::new(raw).map_err(|unfit| unfit.to_string())?;
    field.check(&json).map_err(|violation| violation.detail)
}

/// Returns a text without white space around it, if it is JSON.
fn json(text: &str) -> Option<&str> {
    let may_be_json = text.trim_start().starts_with(|c: char| "\"[{-tfn".contains(c) || c.is_ascii_digit());
    may_be_json.then(|| serde_json::from_str::<&RawValue>(text).ok()).flatten().map(RawValue::get)
}

#[cfg(test)]
mod tests {
    use super::*;
    use CustomFieldType::{Any, Boolean, Date, Number, Select, Text};

    #[test]
    fn the_type_of_a_custom_field_decides_how_a_text_is_read() {
        for (text, kind, sent) in [
            ("12", Any, Some("12")),
            ("12", Number, Some("12")),
            ("12", Text, Some(r#""12""#)),
            (r#""12""#, Text, Some(r#""12""#)),
            (r#""12""#, Any, Some(r#""12""#)),
            ("01234", Any, Some(r#""01234""#)),
            ("twelve", Number, Some(r#""twelve""#)),
            (r#"{"a": [1]}"#, Any, Some(r#"{"a": [1]}"#)),
            (r#"{"a"#, Any, Some(r#""{\"a""#)),
            ("null", Any, None),
            (r#""null""#, Any, Some(r#""null""#)),
            ("null", Text, Some(r#""null""#)),
            (
                "1234567890123456789012345678901234567890.5",
                Any,
                Some("1234567890123456789012345678901234567890.5"),
            ),
            ("yes", Boolean, Some("true")),
            ("gold ", Select, Some(r#""gold""#)),
            ("2026-01-31", Date, Some(r#""2026-01-31""#)),
            ("", Any, None),
        ] {
            let read = read(&Value::text(text), kind, Forms::NONE);
            let json = read.map(|value| serde_json::to_string(&value).unwrap());
            assert_eq!(json.as_deref(), sent, "{text} in {kind}");
        }
        let number = Value::Json("12".to_owned());
        assert_eq!(read(&number, Text, Forms::NONE), Some(number), "JSON keeps its type");
    }
}
