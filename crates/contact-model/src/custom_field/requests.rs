//! Requests that define a company's custom fields, and the list of custom fields. Extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::body::{ObjectReader, RequestBody};
use crate::custom_field::{CustomField, NewCustomField};
use crate::limits;

/// The custom fields of a company, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "results": [{
    "id": "018bab2f-0000-7c31-9a55-5d6044cc0d44",
    "name": "Plan",
    "type": "select",
    "options": ["silver", "gold"],
    "created_at": "2023-11-07T05:31:56Z"
}] }))]
pub struct CustomFieldList {
    /// The custom fields.
    pub results: Vec<CustomField>,
}

/// A new name for a custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({ "name": "Tariff" }))]
pub struct CustomFieldRename {
    /// The field's new name, not blank. No other field of the company may have a name that looks the same.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
}

impl RequestBody for CustomFieldRename {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self { name: object.required_text("name", limits::CUSTOM_FIELD_NAME) }
    }
}

impl RequestBody for NewCustomField {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let field = Self {
            name: object.required_text("name", limits::CUSTOM_FIELD_NAME),
            kind: object.parsed("type").unwrap_or_default(),
            options: object
                .non_blank_texts("options", "an option", limits::CUSTOM_FIELD_NAME)
                .unwrap_or_default(),
        };
        // If the type or the options are unreadable, it is unknown whether they fit together.
        if !object.is_refused("type") && !object.is_refused("options") {
            object.check(|violations| field.check_options(violations));
        }
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::BodyError;
    use crate::{CustomFieldType, ViolationCode};

    fn codes(body: &str) -> Vec<(String, ViolationCode)> {
        let BodyError::Fields { violations, .. } = NewCustomField::from_json(body.as_bytes()).unwrap_err()
        else {
            panic!("{body} has bad fields")
        };
        violations.into_vec().into_iter().map(|v| (v.pointer, v.code)).collect()
    }

    #[test]
    fn a_field_accepts_any_value_unless_it_has_a_type() {
        let plain = NewCustomField::from_json(br#"{"name":"Plan"}"#).unwrap().value;
        assert_eq!((plain.kind, plain.options.len()), (CustomFieldType::Any, 0));
        let select = br#"{"name":"Plan","type":"select","options":["a","b"]}"#;
        assert_eq!(NewCustomField::from_json(select).unwrap().value.options, ["a", "b"]);
    }

    #[test]
    fn every_invalid_field_of_a_definition_is_reported_once() {
        use ViolationCode::{InvalidValue, NullNotAllowed, Required, Taken, TooMany, WrongType};
        let many = format!(r#"{{"name":"F","type":"select","options":[{}"x"]}}"#, r#""x","#.repeat(200));
        for (body, expected) in [
            ("{}", &[("/name", Required)][..]),
            (r#"{"name":null,"type":7}"#, &[("/name", NullNotAllowed), ("/type", WrongType)]),
            (
                r#"{"name":" ","type":"list","options":["a"]}"#,
                &[("/name", Required), ("/type", InvalidValue)],
            ),
            (r#"{"name":"F","type":"select"}"#, &[("/options", Required)]),
            (r#"{"name":"F","type":"select","options":"a"}"#, &[("/options", WrongType)]),
            (r#"{"name":"F","options":["a"]}"#, &[("/options", InvalidValue)]),
            (
                r#"{"name":"F","type":"select","options":[1,"","a","a"]}"#,
                &[("/options/0", WrongType), ("/options/1", Required), ("/options/3", Taken)],
            ),
            (&many, &[("/options", TooMany)]),
        ] {
            let expected: Vec<_> = expected.iter().map(|&(at, code)| (at.to_owned(), code)).collect();
            assert_eq!(codes(body), expected, "{body}");
        }
    }
}
