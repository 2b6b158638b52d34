//! The keywords of JSON Schema: which of them refuse values of a type.

use serde_json::Value;

use super::description::Description;
use super::notation::JsonType;

/// Keywords that refuse no value.
const ANNOTATIONS: [&str; 11] = [
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "writeOnly",
    "externalDocs",
    "xml",
    "discriminator",
    "$comment",
];

/// Keywords that are fields of an alternative.
const STRUCTURE: [&str; 9] =
    ["$ref", "allOf", "oneOf", "anyOf", "type", "format", "properties", "required", "items"];

/// Returns whether the keyword limits the values of the type. An unknown keyword does.
pub(super) fn is_limit(description: Description<'_>, keyword: &str, value: &Value, json: JsonType) -> bool {
    type_of(keyword).is_none_or(|of| of.meet(json).is_some())
        && !STRUCTURE.contains(&keyword)
        && !ANNOTATIONS.contains(&keyword)
        && !keyword.starts_with("x-")
        && !refuses_nothing(description, keyword, value)
}

/// Returns the type that a keyword applies to, or none if it applies to all types.
fn type_of(keyword: &str) -> Option<JsonType> {
    Some(match keyword {
        "maxLength" | "minLength" | "pattern" | "contentEncoding" | "contentMediaType" | "contentSchema" => {
            JsonType::String
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => JsonType::Number,
        "maxItems" | "minItems" | "uniqueItems" | "contains" | "minContains" | "maxContains"
        | "prefixItems" | "unevaluatedItems" => JsonType::Array,
        "additionalProperties"
        | "propertyNames"
        | "patternProperties"
        | "maxProperties"
        | "minProperties"
        | "dependentRequired"
        | "dependentSchemas"
        | "unevaluatedProperties" => JsonType::Object,
        _ => return None,
    })
}

/// Returns whether the keyword with this value refuses nothing. Generators add `propertyNames: {type: string}` to maps.
fn refuses_nothing(description: Description<'_>, keyword: &str, value: &Value) -> bool {
    let read = |value| description.schema(&[value]);
    match keyword {
        "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" => {
            value == &Value::Bool(true) || read(value).is_anything()
        }
        "propertyNames" => {
            read(value).of(JsonType::String).any(|names| names.limits.is_empty() && names.formats.is_empty())
        }
        "uniqueItems" | "readOnly" => value == &Value::Bool(false),
        "minLength" | "minItems" | "minProperties" => value == &Value::from(0),
        _ => false,
    }
}
