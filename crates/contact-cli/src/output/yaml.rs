//! JSON values as YAML.

use serde::Serialize;
use serde_json::value::RawValue;

use super::cell::Fields;
use super::terminal;
use crate::failure::Failure;

/// Writes a record as YAML, or as an entry of a list. A record that contains characters that a terminal obeys is JSON on a
/// terminal: JSON is YAML too, and has escapes for them.
///
/// # Errors
/// Returns an error if the value has no YAML form.
pub(super) fn written(record: &impl Serialize, is_entry: bool) -> Result<String, Failure> {
    let json = serde_json::to_string(record).map_err(Failure::unprintable)?;
    let text = yaml(&json, is_entry)?;
    let is_shown = !terminal::is_standard_output() || terminal::is_safe(&text);
    Ok(if is_shown { text } else { escaped(&json, is_entry) })
}

fn yaml(json: &str, is_entry: bool) -> Result<String, Failure> {
    let raw: &RawValue = serde_json::from_str(json).map_err(Failure::unprintable)?;
    let value = read(raw).map_err(Failure::unprintable)?;
    let value = if is_entry { vec![value].into() } else { value };
    yaml_serde::to_string(&value).map_err(Failure::unprintable)
}

fn escaped(json: &str, is_entry: bool) -> String {
    format!("{}{}\n", if is_entry { "- " } else { "" }, terminal::escaped(json))
}

/// Reads JSON. A number that YAML would write with other digits becomes a text, so that it keeps its digits.
fn read(raw: &RawValue) -> serde_json::Result<yaml_serde::Value> {
    let json = raw.get();
    Ok(match json.as_bytes().first() {
        Some(b'{') => {
            let fields: Fields = serde_json::from_str(json)?;
            let read = fields.iter().map(|(name, value)| Ok((name.as_str().into(), read(value)?)));
            yaml_serde::Value::Mapping(read.collect::<serde_json::Result<_>>()?)
        }
        Some(b'[') => {
            let entries: Vec<Box<RawValue>> = serde_json::from_str(json)?;
            entries.iter().map(|entry| read(entry)).collect::<serde_json::Result<Vec<_>>>()?.into()
        }
        Some(b'"') => serde_json::from_str::<String>(json)?.into(),
        Some(b'n') => yaml_serde::Value::Null,
        Some(b't' | b'f') => serde_json::from_str::<bool>(json)?.into(),
        _ => number(json),
    })
}

fn number(digits: &str) -> yaml_serde::Value {
    let integer = digits.parse::<i64>().ok().map(yaml_serde::Value::from);
    let decimal = || digits.parse::<f64>().ok().map(yaml_serde::Value::from);
    let is_same = |value: &yaml_serde::Value| {
        yaml_serde::to_string(value).is_ok_and(|written| written.trim_end() == digits)
    };
    integer.or_else(decimal).filter(is_same).unwrap_or_else(|| digits.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_type_and_digits() {
        let json =
            r#"{"a":null,"b":[1,-2,1.5,1.10,12345678901234567890123],"c":{"d":"yes"},"e":true,"f":[]}"#;
        insta::assert_snapshot!(yaml(json, false).unwrap(), @r"
        a: null
        b:
        - 1
        - -2
        - 1.5
        - '1.10'
        - '12345678901234567890123'
        c:
          d: yes
        e: true
        f: []
        ");
    }

    #[test]
    fn control_characters_are_escaped_and_read_back() {
        let hostile = "\u{1b}[2J\u{9b}\u{202e}\u{7f}\u{85}\u{2028}\r\"'\\ # - : {";
        let record = serde_json::json!({
            "name": hostile, hostile: "x", "tags": ["a", hostile], "custom_fields": { hostile: [hostile] },
            "notes": "two\n\n  lines\n", "none": null,
        });
        let text = escaped(&record.to_string(), true);
        assert!(terminal::is_safe(&text), "{text:?}");
        assert_eq!(yaml_serde::from_str::<serde_json::Value>(&text).unwrap(), serde_json::json!([record]));
    }

    #[test]
    fn an_entry_is_indented() {
        insta::assert_snapshot!(yaml(r#"{"notes":"two\n\nlines\n","tags":["a"]}"#, true).unwrap(), @r"
        - notes: |
            two

            lines
          tags:
          - a
        ");
    }
}
