//! JSON values as YAML.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::value::RawValue;

use super::cell::Fields;
use super::terminal;
use crate::failure::Failure;

/// Writes a record as YAML.
///
/// # Errors
/// Returns an error if the value has no YAML form.
pub(super) fn of_record(fields: &Fields) -> Result<String, Failure> {
    let text = written(fields)?;
    // YAML has escapes only between quotes, and would quote none of these characters.
    if !terminal::is_standard_output() || terminal::is_safe(&text) { Ok(text) } else { safe(fields) }
}

/// Writes a record as an entry of a list.
///
/// # Errors
/// Returns an error if the value has no YAML form.
pub(super) fn of_entry(fields: &Fields) -> Result<String, Failure> {
    let mut text = String::new();
    for (line, content) in of_record(fields)?.lines().enumerate() {
        text += match (line, content) {
            (0, _) => "- ",
            (_, "") => "",
            _ => "  ",
        };
        text += content;
        text.push('\n');
    }
    Ok(text)
}

/// Writes a record for a terminal: a value that a terminal would obey is JSON, which is YAML too and has escapes.
fn safe(fields: &Fields) -> Result<String, Failure> {
    let field = |name: &String, value: &RawValue| {
        let text = written(&IndexMap::from([(name, value)]))?;
        if terminal::is_safe(&text) {
            return Ok(text);
        }
        let name = serde_json::to_string(name).map_err(Failure::unprintable)?;
        Ok(terminal::escaped(&format!("{name}: {}\n", value.get())).into_owned())
    };
    fields.iter().map(|(name, value)| field(name, value)).collect()
}

fn written(value: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string(value).map_err(Failure::unprintable)?;
    let raw: &RawValue = serde_json::from_str(&json).map_err(Failure::unprintable)?;
    yaml_serde::to_string(&read(raw).map_err(Failure::unprintable)?).map_err(Failure::unprintable)
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
        let raw: Box<RawValue> = serde_json::from_str(
            r#"{"a":null,"b":[1,-2,1.5,1.10,12345678901234567890123],"c":{"d":"yes"},"e":true,"f":[]}"#,
        )
        .unwrap();
        insta::assert_snapshot!(written(&raw).unwrap(), @r"
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
        let fields: Fields = serde_json::from_str(&record.to_string()).unwrap();
        let text = safe(&fields).unwrap();
        assert!(terminal::is_safe(&text), "{text:?}");
        assert_eq!(yaml_serde::from_str::<serde_json::Value>(&text).unwrap(), record);
        assert!(text.contains("notes: |\n"), "other values are unchanged: {text}");
    }
}
