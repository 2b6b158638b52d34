//! JSON Schema as a list of alternatives.
//!
//! `type` lists, `allOf`, `oneOf` and `anyOf` are different forms of the same schema. Schemas that are split into
//! alternatives of one type each can be compared independently of their form.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::description::list;
use super::places::join;

/// The types in the order of the notation, as in `string | null`. `number` includes `integer`.
const TYPES: [&str; 7] = ["boolean", "integer", "number", "string", "array", "object", "null"];

/// The types of a schema without restrictions.
const ANY: [&str; 6] = ["boolean", "number", "string", "array", "object", "null"];

/// The keywords that apply only to some types. Any other keyword may limit all types.
const KEYWORDS: [(&str, &str); 5] = [
    ("string", "maxLength minLength pattern"),
    ("number integer", "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"),
    ("string number integer", "format"),
    ("array", "items maxItems minItems uniqueItems contains prefixItems unevaluatedItems"),
    ("object", "properties required additionalProperties propertyNames maxProperties minProperties"),
];

/// The keywords that refuse no value. The `type` of an alternative is not one of its limits.
const ANNOTATIONS: &str = "type title description default example examples deprecated writeOnly externalDocs xml \
                           discriminator $comment";

/// Formats of numbers that only tell generators which type to use.
const NUMBER_FORMATS: [&str; 4] = ["int32", "int64", "float", "double"];

/// Splits a schema into alternatives: schemas with the keywords of one type and its name as the `type`.
pub(super) fn alternatives(schema: &Value) -> Vec<Value> {
    let types: Vec<&str> = match &schema["type"] {
        _ if schema == false => Vec::new(),
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => ANY.to_vec(),
    };
    let mut all: Vec<Value> = types.into_iter().map(|name| alternative(name, schema)).collect();
    for branch in list(schema, "allOf") {
        all = meet(&all, &alternatives(branch));
    }
    for keyword in ["anyOf", "oneOf"].into_iter().filter(|keyword| schema.get(keyword).is_some()) {
        let branches: Vec<_> = list(schema, keyword).map(alternatives).collect();
        let mut joined = branches.concat();
        // `oneOf` refuses values that two branches admit, so it limits a type that two branches have.
        for one in joined.iter_mut().filter(|_| keyword == "oneOf") {
            let has_type = |other: &Value| common_type(other, one).is_some();
            if branches.iter().filter(|branch| branch.iter().any(has_type)).count() > 1 {
                one["oneOf"] = "branches with the same type".into();
            }
        }
        all = meet(&all, &joined);
    }
    all
}

/// Returns the keywords of a schema that apply to a type.
fn alternative(name: &str, schema: &Value) -> Value {
    let mut own = json!({});
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        let types = KEYWORDS.into_iter().find(|(_, keywords)| contains(keywords, keyword));
        if types.is_none_or(|(types, _)| contains(types, name)) && !contains("allOf anyOf oneOf", keyword) {
            own[keyword] = value.clone();
        }
    }
    own["type"] = name.into();
    own
}

/// Returns the alternatives of the values that both sides admit.
fn meet(one: &[Value], two: &[Value]) -> Vec<Value> {
    one.iter().flat_map(|one| two.iter().filter_map(|two| both(one, two))).collect()
}

/// Returns the keywords of two alternatives.
fn both(one: &Value, two: &Value) -> Option<Value> {
    let name = common_type(one, two)?;
    let mut all = one.clone();
    for (key, value) in two.as_object().into_iter().flatten() {
        all[key] = match (key.as_str(), one.get(key)) {
            (_, None) => value.clone(),
            (_, Some(own)) if own == value => continue,
            ("properties", Some(own)) if own.is_object() => {
                let mut properties = own.clone();
                for (key, schema) in value.as_object().into_iter().flatten() {
                    properties[key] = json!({"allOf": [own[key], schema]});
                }
                properties
            }
            ("required", Some(own)) => {
                [own, value].into_iter().filter_map(Value::as_array).flatten().cloned().collect()
            }
            (_, Some(own)) => json!({"allOf": [own, value]}),
        };
    }
    all["type"] = name.clone();
    Some(all)
}

/// Returns the type of the values that have both types: an integer is a number.
fn common_type<'v>(one: &'v Value, two: &'v Value) -> Option<&'v Value> {
    match (&one["type"], &two["type"]) {
        (one, two) if one == two || (one == "integer" && two == "number") => Some(one),
        (one, two) => (one == "number" && two == "integer").then_some(two),
    }
}

/// Returns the keywords that refuse values, without those in `except`. An unknown keyword counts as one.
pub(super) fn limits<'a>(alternative: &'a Value, except: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let keywords = alternative.as_object().into_iter().flatten();
    keywords.map(|(keyword, value)| (keyword.as_str(), value)).filter(move |(keyword, value)| {
        let is_limit = !contains(ANNOTATIONS, keyword) && !contains(except, keyword);
        is_limit && !keyword.starts_with("x-") && !refuses_nothing(keyword, value)
    })
}

/// Returns whether the keyword with this value refuses nothing. Generators add `propertyNames: {type: string}` to maps.
fn refuses_nothing(keyword: &str, value: &Value) -> bool {
    let admits =
        |name| alternatives(value).iter().any(|a| a["type"] == name && limits(a, "").next().is_none());
    match keyword {
        "items" | "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" => {
            ANY.into_iter().all(admits)
        }
        "propertyNames" => admits("string"),
        "properties" | "required" => value == &json!({}) || value == &json!([]),
        "uniqueItems" | "readOnly" => value == false,
        "minLength" | "minItems" | "minProperties" => value == 0,
        _ => false,
    }
}

/// Returns the union of the types of the alternatives, in the notation of the promises.
pub(super) fn notation(alternatives: &[Value]) -> String {
    let position = |name: &Value| TYPES.iter().position(|other| name == other);
    let terms: BTreeSet<_> = alternatives.iter().map(|a| (position(&a["type"]), term(a))).collect();
    join(terms.into_iter().map(|(_, term)| term), " | ")
}

/// Returns the type of an alternative, such as `string<uuid>` or `string[]`.
fn term(alternative: &Value) -> String {
    let name = alternative["type"].as_str().unwrap_or_default();
    let format =
        alternative.get("format").filter(|format| !NUMBER_FORMATS.iter().any(|number| format == number));
    match (alternative.get("items").filter(|items| items != &&json!({})), format) {
        (Some(items), _) => match notation(&alternatives(items)) {
            items if items.contains(" | ") => format!("({items})[]"),
            items => format!("{items}[]"),
        },
        (None, Some(format)) => format!("{name}<{}>", format.as_str().unwrap_or("several formats")),
        (None, None) => name.to_owned(),
    }
}

/// Returns whether a list of words contains a word.
fn contains(words: &str, word: &str) -> bool {
    words.split(' ').any(|other| other == word)
}
