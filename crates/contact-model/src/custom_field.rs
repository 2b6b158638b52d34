//! Custom fields: what a company defines, what a request sends, and what of it is stored.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json_text::{JsonKind, JsonText};
use crate::limits;
use crate::violation::{Violation, ViolationCode, Violations, pointer_step};
use crate::{CustomFieldId, Handling, Timestamp};

/// What values a custom field takes. Extension; [`CustomFieldType::Any`] is what the documentation
/// describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CustomFieldType {
    /// Any JSON value. The default.
    #[default]
    Any,
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A string with a calendar date, `2026-01-31`.
    Date,
    /// A string that is one of the field's options.
    Select,
}

impl CustomFieldType {
    /// Every type.
    pub const ALL: [Self; 6] = [Self::Any, Self::Text, Self::Number, Self::Boolean, Self::Date, Self::Select];

    /// The word for it in the API, the database and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Select => "select",
        }
    }
}

impl std::fmt::Display for CustomFieldType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for CustomFieldType {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| format!("`{word}` is no type: use any, text, number, boolean, date or select"))
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
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: CustomFieldId,
    /// Its name, unique in the company: the key in `custom_fields`, matched exactly.
    pub name: String,
    /// What values it takes.
    #[serde(rename = "type")]
    pub kind: CustomFieldType,
    /// What a select field may be; empty for every other type.
    pub options: Vec<String>,
    /// When it was defined.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
}

/// A custom field to be defined. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "name": "Plan", "type": "select", "options": ["silver", "gold"] }))]
pub struct NewCustomField {
    /// Its name, unique in the company, not blank.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
    /// What values it takes.
    #[serde(rename = "type", default)]
    pub kind: CustomFieldType,
    /// What a select field may be, each option once; sent for that type alone.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub options: Vec<String>,
}

impl NewCustomField {
    /// A field of this name and type; a select field lacks its options yet.
    pub fn new(name: impl Into<String>, kind: CustomFieldType) -> Self {
        Self { name: name.into(), kind, options: Vec::new() }
    }

    /// Checks the definition.
    ///
    /// # Errors
    /// A name that is blank, too long or holds a NUL; options that are missing, repeated, too many,
    /// or sent for another type than select.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_name(&self.name, &mut violations);
        for (index, option) in self.options.iter().enumerate() {
            check_label(option, &format!("/options/{index}"), limits::CUSTOM_FIELD_NAME, &mut violations);
        }
        self.check_options(&mut violations);
        violations.into_result(())
    }

    /// Checks the options as a whole: whether the type has any, how many, and that they differ.
    pub(crate) fn check_options(&self, violations: &mut Violations) {
        let count = self.options.len();
        let mut refuse = |code, detail| violations.push(Violation::new("/options", code, detail));
        if self.kind != CustomFieldType::Select {
            if count > 0 {
                let detail = format!("Only a select field has options; this one is {}.", self.kind);
                refuse(ViolationCode::InvalidValue, detail);
            }
        } else if count == 0 {
            refuse(ViolationCode::Required, "A select field needs at least one option.".to_owned());
        } else if count > limits::CUSTOM_FIELD_OPTIONS {
            // More are not compared with each other: a body has room for very many.
            let limit = limits::CUSTOM_FIELD_OPTIONS;
            let detail = format!("A field takes at most {limit} options; {count} were sent.");
            refuse(ViolationCode::TooMany, detail);
        } else {
            for (index, option) in self.options.iter().enumerate() {
                // An empty one is refused already, or stands for one that is.
                if !option.is_empty() && self.options[..index].contains(option) {
                    violations.push(Violation::new(
                        format!("/options/{index}"),
                        ViolationCode::Taken,
                        format!("The option `{option}` stands twice."),
                    ));
                }
            }
        }
    }
}

/// Checks the name of a custom field.
pub fn check_name(name: &str, violations: &mut Violations) {
    check_label(name, "/name", limits::CUSTOM_FIELD_NAME, violations);
}

/// Checks a short text that must say something: not blank, no NUL, not too long.
pub fn check_label(text: &str, pointer: &str, limit: usize, violations: &mut Violations) {
    let count = text.chars().count();
    if text.trim().is_empty() {
        violations.push(Violation::new(pointer, ViolationCode::Required, "It must not be blank."));
    } else if text.contains('\0') {
        violations.push(Violation::new(pointer, ViolationCode::NulCharacter, "It must not hold a NUL."));
    } else if count > limit {
        violations.push(Violation::new(
            pointer,
            ViolationCode::TooLong,
            format!("It takes at most {limit} characters; {count} were sent."),
        ));
    }
}

/// What a request says of a contact's custom fields: for each name a value, or `None` to remove it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomFieldPatch(pub BTreeMap<String, Option<JsonText>>);

/// A patch read against a company's definitions: names became ids, and what matches none is set
/// apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResolvedCustomFields {
    /// For each field its new value, or `None` to remove it.
    pub changes: Vec<(CustomFieldId, Option<JsonText>)>,
    /// Keys that are not stored, as `custom_fields.Name`.
    pub ignored: Vec<String>,
}

impl CustomFieldPatch {
    /// Reads the patch against the company's definitions. Documented: only keys that match the
    /// company's CustomField names are stored.
    ///
    /// # Errors
    /// Values that their field's type refuses (decided), all of them; with strict handling, keys that
    /// match no name too (extension).
    pub fn resolve(
        &self,
        definitions: &[CustomField],
        handling: Handling,
    ) -> Result<ResolvedCustomFields, Violations> {
        let mut resolved = ResolvedCustomFields::default();
        let mut violations = Violations::new();
        let by_name: HashMap<&str, &CustomField> =
            definitions.iter().map(|field| (field.name.as_str(), field)).collect();
        for (name, value) in &self.0 {
            let Some(field) = by_name.get(name.as_str()) else {
                if handling.is_strict() {
                    let pointer = format!("/custom_fields/{}", pointer_step(name));
                    let detail = "The company has no custom field of this name.";
                    violations.push(Violation::new(pointer, ViolationCode::UnknownKey, detail));
                }
                resolved.ignored.push(format!("custom_fields.{name}"));
                continue;
            };
            match value.as_ref().map_or(Ok(()), |value| field.check(value)) {
                Ok(()) => resolved.changes.push((field.id, value.clone())),
                Err(violation) => violations.push(violation),
            }
        }
        violations.into_result(resolved)
    }
}

impl CustomField {
    /// Checks a value against the field's type and size.
    ///
    /// # Errors
    /// Another type than the field takes, or over [`limits::CUSTOM_FIELD_VALUE`].
    pub fn check(&self, value: &JsonText) -> Result<(), Violation> {
        let pointer = || format!("/custom_fields/{}", pointer_step(&self.name));
        let bytes = value.as_str().len();
        if bytes > limits::CUSTOM_FIELD_VALUE {
            return Err(Violation::new(
                pointer(),
                ViolationCode::TooLong,
                format!(
                    "A custom field's value takes at most {} bytes of JSON; {bytes} were sent.",
                    limits::CUSTOM_FIELD_VALUE
                ),
            ));
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

fn is_date(text: &str) -> bool {
    text.len() == "2026-01-31".len() && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// The values of a contact's custom fields, by the field's id.
pub type CustomFieldValues = BTreeMap<CustomFieldId, JsonText>;

/// Applies a resolved patch to a contact's values. Decided: merged key by key, `None` removes.
///
/// # Errors
/// The values together would be over [`limits::CUSTOM_FIELDS_TOTAL`]; `values` is then as it was.
pub fn apply(
    changes: &[(CustomFieldId, Option<JsonText>)],
    values: &mut CustomFieldValues,
) -> Result<(), Violation> {
    let mut merged = values.clone();
    for (field, value) in changes {
        match value {
            Some(value) => merged.insert(*field, value.clone()),
            None => merged.remove(field),
        };
    }
    let total: usize = merged.values().map(|value| value.as_str().len()).sum();
    if total > limits::CUSTOM_FIELDS_TOTAL {
        return Err(Violation::new(
            "/custom_fields",
            ViolationCode::TooLong,
            format!(
                "A contact's custom fields together take at most {} bytes of JSON; these would be {total}.",
                limits::CUSTOM_FIELDS_TOTAL
            ),
        ));
    }
    *values = merged;
    Ok(())
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

    fn patch(json: serde_json::Value) -> CustomFieldPatch {
        serde_json::from_value::<BTreeMap<String, serde_json::Value>>(json)
            .unwrap()
            .into_iter()
            .map(|(name, value)| {
                let text = (!value.is_null()).then(|| JsonText::try_from(&value).unwrap());
                (name, text)
            })
            .collect::<BTreeMap<_, _>>()
            .into()
    }

    impl From<BTreeMap<String, Option<JsonText>>> for CustomFieldPatch {
        fn from(values: BTreeMap<String, Option<JsonText>>) -> Self {
            Self(values)
        }
    }

    #[test]
    fn only_keys_that_match_a_name_are_stored() {
        let plan = field("Plan", CustomFieldType::Any, &[]);
        let sent = patch(serde_json::json!({ "Plan": "gold", "plan": 1, "Other": null }));
        let resolved = sent.resolve(std::slice::from_ref(&plan), Handling::Lenient).unwrap();
        assert_eq!(resolved.changes.len(), 1);
        assert_eq!(resolved.changes[0].0, plan.id);
        assert_eq!(resolved.ignored, ["custom_fields.Other", "custom_fields.plan"]);
    }

    #[test]
    fn a_typed_field_takes_only_its_type() {
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
    fn every_bad_value_is_named() {
        let fields = [field("a/b", CustomFieldType::Number, &[]), field("c", CustomFieldType::Text, &[])];
        let violations =
            patch(serde_json::json!({ "a/b": "x", "c": 1 })).resolve(&fields, Handling::Lenient).unwrap_err();
        let pointers: Vec<_> = violations.as_slice().iter().map(|v| v.pointer.as_str()).collect();
        assert_eq!(pointers, ["/custom_fields/a~1b", "/custom_fields/c"]);
    }

    #[test]
    fn null_removes_and_the_rest_stays() {
        let (a, b) = (field("a", CustomFieldType::Any, &[]), field("b", CustomFieldType::Text, &[]));
        let mut values = CustomFieldValues::new();
        let defined = [a.clone(), b.clone()];
        let first =
            patch(serde_json::json!({ "a": 1, "b": "x" })).resolve(&defined, Handling::Lenient).unwrap();
        apply(&first.changes, &mut values).unwrap();
        let second = patch(serde_json::json!({ "b": null })).resolve(&defined, Handling::Lenient).unwrap();
        apply(&second.changes, &mut values).unwrap();
        assert_eq!(values.keys().collect::<Vec<_>>(), [&a.id]);
    }

    #[test]
    fn the_values_together_are_bounded() {
        let big = JsonText::from_stored(format!("\"{}\"", "x".repeat(limits::CUSTOM_FIELD_VALUE - 2)));
        let changes: Vec<_> = (0..33).map(|_| (SystemClock.new_id().into(), Some(big.clone()))).collect();
        let mut values = CustomFieldValues::new();
        apply(&changes[..32], &mut values).unwrap();
        let before = values.clone();
        assert_eq!(apply(&changes[32..], &mut values).unwrap_err().code, ViolationCode::TooLong);
        assert_eq!(values, before);
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
