//! The API description as text. The same description always gives the same bytes.

use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::sdk;

/// Returns the description as JSON.
pub(crate) fn to_json(description: &OpenApi) -> serde_json::Result<String> {
    to_value(description).map(|value| value.to_string())
}

/// Returns the description as YAML.
pub(crate) fn to_yaml(description: &OpenApi) -> anyhow::Result<String> {
    write_yaml(to_value(description)?)
}

/// Returns the description for generators of clients as YAML.
pub(crate) fn to_sdk_yaml(description: &OpenApi) -> anyhow::Result<String> {
    write_yaml(sdk::narrow(to_value(description)?))
}

/// The beginning of a string that must have quotes in YAML. The colon makes yaml_serde write them.
const QUOTED: &str = "\u{e000}: ";

/// Writes YAML. yaml_serde writes quotes only if YAML 1.2 needs them, so strings that readers or parsers of YAML 1.1 may
/// take for another type are prefixed first.
fn write_yaml(value: Value) -> anyhow::Result<String> {
    let yaml = yaml_serde::to_string(&prefix_ambiguous(value))?;
    Ok(yaml.replace(&format!("'{QUOTED}"), "'"))
}

fn prefix_ambiguous(value: Value) -> Value {
    match value {
        Value::String(text) if is_ambiguous(&text) => Value::String(format!("{QUOTED}{text}")),
        Value::Array(items) => Value::Array(items.into_iter().map(prefix_ambiguous).collect()),
        Value::Object(map) => {
            Value::Object(map.into_iter().map(|(key, value)| (key, prefix_ambiguous(value))).collect())
        }
        other => other,
    }
}

/// Returns true for a string that looks like a boolean, a number, a time or an item of a list.
fn is_ambiguous(text: &str) -> bool {
    const BOOLEANS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let is_numeric = |c: char| c.is_ascii_digit() || "TtZz:.+-_ ".contains(c);
    BOOLEANS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || (text.starts_with('-') && !text.contains('\n'))
        || (text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(is_numeric))
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
    fn strings_that_look_like_another_type_have_quotes() {
        let values = json!([
            "no",
            "Off",
            "true",
            "12",
            "1e3",
            "2023-11-07",
            "2023-11-07T05:31:56Z",
            "22:22",
            "-name",
            "north",
            "a: b",
            "- a\n- b"
        ]);
        let yaml = write_yaml(values.clone()).unwrap();
        insta::assert_snapshot!(yaml, @r"
        - 'no'
        - 'Off'
        - 'true'
        - '12'
        - '1e3'
        - '2023-11-07'
        - '2023-11-07T05:31:56Z'
        - '22:22'
        - '-name'
        - north
        - 'a: b'
        - |-
          - a
          - b
        ");
        assert_eq!(yaml_serde::from_str::<Value>(&yaml).unwrap(), values);
    }

    #[test]
    fn extensions_are_last_and_sorted() {
        let schema = json!({ "schema": { "x-b": 1, "type": "string", "x-a": [{ "x-c": 2, "d": 3 }] } });
        let sorted = r#"{"schema":{"type":"string","x-a":[{"d":3,"x-c":2}],"x-b":1}}"#;
        assert_eq!(normalize(schema).to_string(), sorted);
    }
}
