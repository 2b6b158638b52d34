//! The API description as text. The same description always gives the same bytes.

use serde_json::Value;
use utoipa::openapi::OpenApi;

/// Returns the description as JSON.
pub(crate) fn to_json(description: &OpenApi) -> serde_json::Result<String> {
    to_value(description).map(|value| value.to_string())
}

/// Returns the description as YAML.
pub(crate) fn to_yaml(description: &OpenApi) -> anyhow::Result<String> {
    Ok(yaml_serde::to_string(&to_value(description)?)?)
}

/// Returns the description as a value.
pub(super) fn to_value(description: &OpenApi) -> serde_json::Result<Value> {
    serde_json::to_value(description).map(sort_extensions)
}

/// Puts the `x-` keys of every object last and sorts them. utoipa stores them in a hash map, which has another order
/// in every process.
fn sort_extensions(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sort_extensions).collect()),
        Value::Object(map) => {
            let entries = map.into_iter().map(|(key, value)| (key, sort_extensions(value)));
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
        assert_eq!(sort_extensions(schema).to_string(), sorted);
    }
}
