//! The definitions of custom fields.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::{JsonKind, JsonText};
use crate::limits;
use crate::problem::{Violation, ViolationCode, Violations, pointer_step};
use crate::string_enum::string_enum;
use crate::{CustomFieldId, Timestamp};

string_enum! {
    /// The type of a custom field's values: `any` is any JSON value, `date` a string such as `2026-01-31`, and
    /// `select` a string that is one of the field's options.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "lowercase")]
    pub enum CustomFieldType: "a type" {
        /// Any JSON value. The default.
        #[default]
        Any = "any",
        /// A string.
        Text = "text",
        /// A number.
        Number = "number",
        /// `true` or `false`.
        Boolean = "boolean",
        /// A string with a calendar date, `2026-01-31`.
        Date = "date",
        /// A string that is one of the field's options.
        Select = "select",
    }
}

/// A custom field that a company defined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "018bab2f-0000-7c31-9a55-5d6044cc0d44",
    "name": "Plan",
    "type": "select",
    "options": ["silver", "gold"],
    "created_at": "2023-11-07T05:31:56Z"
}))]
pub struct CustomField {
    /// The id of the field.
    #[schema(value_type = uuid::Uuid)]
    pub id: CustomFieldId,
    /// The name, unique in the company: the key in `custom_fields`, compared in Unicode NFC.
    pub name: String,
    /// The type of the field's values.
    #[serde(rename = "type")]
    pub kind: CustomFieldType,
    /// The allowed values of a select field; empty for every other type.
    pub options: Vec<String>,
    /// When the field was defined.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
}

/// A custom field to define.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "name": "Plan", "type": "select", "options": ["silver", "gold"] }))]
pub struct NewCustomField {
    /// The name, not blank. No other field of the company may have a name that looks the same.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
    /// The type of the field's values. The default is `any`.
    #[serde(rename = "type", default)]
    pub kind: CustomFieldType,
    /// The allowed values of a select field, each of them once. No other field has options.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub options: Vec<String>,
}

impl NewCustomField {
    /// Creates a definition with this name and type. Options must be added for a select field.
    pub fn new(name: impl Into<String>, kind: CustomFieldType) -> Self {
        Self { name: name.into(), kind, options: Vec::new() }
    }

    /// Checks the definition.
    ///
    /// # Errors
    /// Returns an error if the name is blank, too long or contains a NUL, or if options are missing,
    /// repeated, too many, or sent for a type other than select.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_name(&self.name, &mut violations);
        for (index, option) in self.options.iter().enumerate() {
            check_label(option, &format!("/options/{index}"), limits::CUSTOM_FIELD_NAME, &mut violations);
        }
        self.check_options(&mut violations);
        violations.into_result(())
    }

    /// Checks that the type allows options, and their number and uniqueness.
    pub(crate) fn check_options(&self, violations: &mut Violations) {
        let count = self.options.len();
        let mut refuse = |code, detail| violations.report("/options", code, detail);
        if self.kind != CustomFieldType::Select {
            if count > 0 {
                let detail = format!("Only a select field has options; this one is {}.", self.kind);
                refuse(ViolationCode::InvalidValue, detail);
            }
        } else if count == 0 {
            refuse(ViolationCode::Required, "A select field needs at least one option.".to_owned());
        } else if count > limits::CUSTOM_FIELD_OPTIONS {
            // Too many options are not compared with each other, because a body has room for very many.
            let limit = limits::CUSTOM_FIELD_OPTIONS;
            let detail = format!("A field takes at most {limit} options; {count} were sent.");
            refuse(ViolationCode::TooMany, detail);
        } else {
            for (index, option) in self.options.iter().enumerate() {
                // An empty option is already reported, or stands for an invalid one.
                if !option.is_empty() && self.options[..index].contains(option) {
                    let detail = format!("The option `{option}` occurs more than once.");
                    violations.report(format!("/options/{index}"), ViolationCode::Taken, detail);
                }
            }
        }
    }
}

/// Checks the name of a custom field.
pub fn check_name(name: &str, violations: &mut Violations) {
    check_label(name, "/name", limits::CUSTOM_FIELD_NAME, violations);
}

/// Checks a short text: it must not be blank, contain a NUL or be too long.
pub fn check_label(text: &str, pointer: &str, limit: usize, violations: &mut Violations) {
    let count = text.chars().count();
    if text.trim().is_empty() {
        violations.report(pointer, ViolationCode::Required, "It must not be blank.");
    } else if text.contains('\0') {
        violations.report(pointer, ViolationCode::NulCharacter, "It must not contain a NUL.");
    } else if count > limit {
        let detail = format!("It takes at most {limit} characters; {count} were sent.");
        violations.report(pointer, ViolationCode::TooLong, detail);
    }
}

impl CustomField {
    /// Checks a value against the field's type and size.
    ///
    /// # Errors
    /// Returns an error if the value is of another type or longer than [`limits::CUSTOM_FIELD_VALUE`].
    pub fn check(&self, value: &JsonText) -> Result<(), Violation> {
        let pointer = || format!("/custom_fields/{}", pointer_step(&self.name));
        let (limit, bytes) = (limits::CUSTOM_FIELD_VALUE, value.as_str().len());
        if bytes > limit {
            let detail =
                format!("A custom field's value takes at most {limit} bytes of JSON; {bytes} were sent.");
            return Err(Violation::new(pointer(), ViolationCode::TooLong, detail));
        }
        let (fits, expected) = match self.kind {
            CustomFieldType::Any => (true, String::new()),
            CustomFieldType::Text => (value.kind() == JsonKind::String, "a string".to_owned()),
            CustomFieldType::Number => (value.kind() == JsonKind::Number, "a number".to_owned()),
            CustomFieldType::Boolean => (value.kind() == JsonKind::Boolean, "true or false".to_owned()),
            CustomFieldType::Date => (
                value.as_string().is_some_and(|text| is_date(&text)),
                "a date such as \"2026-01-31\"".to_owned(),
            ),
            CustomFieldType::Select => (
                value.as_string().is_some_and(|text| self.options.contains(&text)),
                format!("one of: {}", self.options.join(", ")),
            ),
        };
        if fits {
            return Ok(());
        }
        let code = match (self.kind, value.kind()) {
            (CustomFieldType::Date | CustomFieldType::Select, JsonKind::String) => {
                ViolationCode::InvalidValue
            }
            _ => ViolationCode::WrongType,
        };
        let detail =
            format!("The custom field `{}` is of type {} and takes {expected}.", self.name, self.kind);
        Err(Violation::new(pointer(), code, detail))
    }
}

/// Returns true for a calendar date in the format of RFC 3339. The date parser also accepts signs, spaces and missing
/// zeros, but writes a date only in this format.
fn is_date(text: &str) -> bool {
    text.len() == "2026-01-31".len()
        && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok_and(|date| date.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};

    fn field(name: &str, kind: CustomFieldType, options: &[&str]) -> CustomField {
        CustomField {
            id: SystemClock.new_id().into(),
            name: name.to_owned(),
            kind,
            options: options.iter().map(|&option| option.to_owned()).collect(),
            created_at: SystemClock.now(),
        }
    }

    #[test]
    fn a_typed_field_accepts_only_its_type() {
        use CustomFieldType::{Any, Boolean, Date, Number, Select, Text};
        let cases = [
            (Any, serde_json::json!([1, { "a": null }]), true),
            (Text, serde_json::json!("x"), true),
            (Text, serde_json::json!(1), false),
            (Number, serde_json::json!(-1.5), true),
            (Number, serde_json::json!("1"), false),
            (Boolean, serde_json::json!(false), true),
            (Boolean, serde_json::json!("false"), false),
            (Date, serde_json::json!("2024-02-29"), true),
            (Date, serde_json::json!("2023-02-29"), false),
            (Date, serde_json::json!("2024-2-9"), false),
            (Date, serde_json::json!("2024- 1-01"), false),
            (Date, serde_json::json!("+024-01-01"), false),
            (Date, serde_json::json!("\t024-01-01"), false),
            (Date, serde_json::json!("-024-01-01"), false),
            (Date, serde_json::json!("12024-1-01"), false),
            (Date, serde_json::json!(20240229), false),
            (Select, serde_json::json!("red"), true),
            (Select, serde_json::json!("Red"), false),
            (Select, serde_json::json!(null), false),
        ];
        for (kind, value, fits) in cases {
            let field = field("F", kind, &["red", "blue"]);
            let value = JsonText::try_from(&value).unwrap();
            assert_eq!(field.check(&value).is_ok(), fits, "{kind} {value:?}");
        }
    }

    #[test]
    fn a_definition_is_checked() {
        let new = |name: &str, kind, options: &[&str]| NewCustomField {
            name: name.to_owned(),
            kind,
            options: options.iter().map(|&o| o.to_owned()).collect(),
        };
        assert!(new("Plan", CustomFieldType::Any, &[]).check().is_ok());
        assert!(new("Plan", CustomFieldType::Select, &["a", "b"]).check().is_ok());
        assert!(new(" ", CustomFieldType::Any, &[]).check().is_err());
        assert!(new("Plan", CustomFieldType::Select, &[]).check().is_err());
        assert!(new("Plan", CustomFieldType::Select, &["a", "a"]).check().is_err());
        assert!(new("Plan", CustomFieldType::Text, &["a"]).check().is_err());
    }
}
