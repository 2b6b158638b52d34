//! The API description as text. The same description always gives the same bytes.

use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::{sdk, yaml};

/// Returns the description as JSON.
pub(crate) fn to_json(description: &OpenApi) -> serde_json::Result<String> {
    to_value(description).map(|value| value.to_string())
}

/// Returns the description as YAML.
pub(crate) fn to_yaml(description: &OpenApi) -> serde_json::Result<String> {
    to_value(description).map(|value| yaml::to_string(&value))
}

/// Returns the description for generators of clients as YAML.
pub(crate) fn to_sdk_yaml(description: &OpenApi) -> serde_json::Result<String> {
    to_value(description).map(|value| yaml::to_string(&sdk::narrow(value)))
}

/// Returns the description as a value.
pub(super) fn to_value(description: &OpenApi) -> serde_json::Result<Value> {
    serde_json::to_value(description).map(normalize)
}

/// Puts the `x-` keys of every object last and sorts them, because utoipa stores them in a hash map, which has another
/// order in every process. Omits `required: false`, which is the default.
fn normalize(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(normalize).collect()),
        Value::Object(map) => {
            let entries =
                map.into_iter().filter(|(key, value)| key != "required" || *value != Value::Bool(false));
            let entries = entries.map(|(key, value)| (key, normalize(value)));
            let (mut extensions, mut rest): (Vec<_>, Vec<_>) =
                entries.partition(|(key, _)| key.starts_with("x-"));
            extensions.sort_by(|(one, _), (two, _)| one.cmp(two));
            rest.append(&mut extensions);
            Value::Object(rest.into_iter().collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn extensions_are_last_and_sorted() {
        let schema = json!({ "schema": { "x-b": 1, "type": "string", "x-a": [{ "x-c": 2, "d": 3 }] } });
        let sorted = r#"{"schema":{"type":"string","x-a":[{"d":3,"x-c":2}],"x-b":1}}"#;
        assert_eq!(normalize(schema).to_string(), sorted);
    }
}
