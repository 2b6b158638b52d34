//! JSON Schema's keywords: which of them refuse a value, and of which type.

use serde_json::Value;

use super::description::Description;
use super::notation::JsonType;

/// Keywords that tell about a value without refusing any.
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

/// Keywords that the alternatives themselves carry.
const STRUCTURE: [&str; 9] =
    ["$ref", "allOf", "oneOf", "anyOf", "type", "format", "properties", "required", "items"];

/// Whether the keyword, with this value, refuses any value of the type beyond what an alternative's
/// own fields say. An unknown keyword does, as far as we can tell.
pub(super) fn limits(keyword: &str, value: &Value, json: JsonType) -> bool {
    let looks_at_it = type_of(keyword).is_none_or(|of| of.meet(json).is_some());
    looks_at_it
        && !STRUCTURE.contains(&keyword)
        && !ANNOTATIONS.contains(&keyword)
        && !keyword.starts_with("x-")
        && !refuses_nothing(keyword, value)
}

/// The only type whose values a keyword looks at; `None` where it looks at all, or is unknown to
/// us.
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

/// Whether the keyword, with this value, admits everything after all. `propertyNames: {type:
/// string}` is one that generators write beside every map.
fn refuses_nothing(keyword: &str, value: &Value) -> bool {
    // A reference in here would need the document; no schema of a map is worth that, and it errs on
    // the strict side.
    let lone = Value::Null;
    let read = |value| Description::new(&lone).schema(&[value]);
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
