//! JSON values as YAML.

use serde::Serialize;
use serde_json::value::RawValue;

use super::cell::Fields;
use super::printer::unprintable;
use crate::failure::Failure;

/// Writes a value whose parts are JSON.
///
/// # Errors
/// There is no YAML for it.
pub(super) fn written(value: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string(value).map_err(unprintable)?;
    let raw: &RawValue = serde_json::from_str(&json).map_err(unprintable)?;
    yaml_serde::to_string(&read(raw).map_err(unprintable)?).map_err(unprintable)
}

/// Reads JSON. A number that YAML would write with other digits becomes a text: its digits are kept.
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
    fn values_are_what_they_were() {
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
}
