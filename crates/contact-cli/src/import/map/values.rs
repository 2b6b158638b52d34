//! Reads the texts, booleans and words in cells.

use contact_client::model::LeadSource;
use contact_client::model::body::spelled_boolean;

use crate::import::row::Value;

/// Reads a text; `None` if it is blank. In a table, a whole JSON string is the text in it, because exports write the
/// texts that a table would lose in this form. A JSON number is the text of its digits.
pub(super) fn text(value: &Value) -> Option<Value> {
    let text = match value {
        Value::Text(text) => quoted(text),
        Value::Json(json) => match json.as_bytes().first() {
            Some(b'"') => serde_json::from_str(json).ok()?,
            Some(b'-' | b'0'..=b'9') => json.clone(),
            _ => return Some(value.clone()),
        },
    };
    (!text.trim().is_empty()).then_some(Value::Text(text))
}

/// Reads a text without the white space around it.
pub(super) fn word(value: &Value) -> Option<Value> {
    Some(match text(value)? {
        Value::Text(text) => Value::text(text.trim()),
        other @ Value::Json(_) => other,
    })
}

/// Joins texts. If a value is not a text, returns only that value, and the server refuses it.
pub(super) fn joined(values: impl Iterator<Item = Value>, separator: &str) -> Option<Value> {
    let values: Vec<Value> = values.collect();
    if let Some(other) = values.iter().find(|value| value.as_text().is_none()) {
        return Some(other.clone());
    }
    let texts: Vec<&str> = values.iter().filter_map(Value::as_text).collect();
    (!texts.is_empty()).then(|| Value::Text(texts.join(separator)))
}

/// Reads a boolean in any spelling. Any other value is returned as it is, and the server refuses it.
pub(super) fn boolean(value: &Value) -> Option<Value> {
    let word = word(value)?;
    let boolean = word.as_text().and_then(|text| spelled_boolean(text).or_else(|| foreign_boolean(text)));
    Some(boolean.map_or(word, |boolean| Value::Json(boolean.to_string())))
}

/// Returns true if one of several booleans is true, or else false. A value that is not a boolean takes precedence over
/// false.
pub(super) fn any(booleans: impl Iterator<Item = Value>) -> Option<Value> {
    booleans.min_by_key(|value| match value {
        Value::Json(json) if json == "true" => 0,
        Value::Json(json) if json == "false" => 2,
        _ => 1,
    })
}

/// Returns the lead source that a text names in any case.
pub(super) fn lead_source(value: &Value) -> Option<LeadSource> {
    let word = value.as_text()?;
    LeadSource::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(word))
}

/// Returns the text in a whole JSON string, or else the text itself.
pub(super) fn quoted(text: &str) -> String {
    let string = text.starts_with('"').then(|| serde_json::from_str(text).ok()).flatten();
    string.unwrap_or_else(|| text.to_owned())
}

/// Reads a boolean as spreadsheets and people write it in German, French, Spanish and Portuguese.
fn foreign_boolean(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "wahr" | "ja" | "vrai" | "oui" | "verdadero" | "sí" | "si" | "verdadeiro" | "sim" => Some(true),
        "falsch" | "nein" | "faux" | "non" | "falso" | "não" | "nao" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value {
        Value::Json(text.to_owned())
    }

    #[test]
    fn texts_are_read_from_tables_and_json() {
        for (value, expected) in [
            (Value::text(" Jane "), Some(Value::text("Jane"))),
            (Value::text(" \t"), None),
            (Value::text(r#""""#), None),
            (Value::text(r#""\"x\\y""#), Some(Value::text(r#""x\y"#))),
            (Value::text(r#""Bob" Smith"#), Some(Value::text(r#""Bob" Smith"#))),
            (Value::text("5\" pipe"), Some(Value::text("5\" pipe"))),
            (json(r#""Jane""#), Some(Value::text("Jane"))),
            (json(r#""""#), None),
            (json("4155552671"), Some(Value::text("4155552671"))),
            (json("true"), Some(json("true"))),
            (json("[1]"), Some(json("[1]"))),
        ] {
            assert_eq!(word(&value), expected, "{value:?}");
        }
        assert_eq!(
            text(&Value::text(" a\n b ")),
            Some(Value::text(" a\n b ")),
            "notes keep their white space"
        );
    }

    #[test]
    fn booleans_and_lead_sources_are_read_in_any_spelling() {
        for (text, boolean) in
            [("Yes", "true"), (" 0 ", "false"), ("WAHR", "true"), ("SÍ", "true"), ("Não", "false")]
        {
            assert_eq!(super::boolean(&Value::text(text)), Some(json(boolean)), "{text}");
        }
        assert_eq!(boolean(&Value::text("x")), Some(Value::text("x")));
        assert_eq!(boolean(&json("true")), Some(json("true")));
        let any = |texts: &[&str]| any(texts.iter().filter_map(|text| boolean(&Value::text(*text))));
        assert_eq!(any(&["no", "yes"]), Some(json("true")), "an opt-out in any column counts");
        assert_eq!(any(&["no", "", "no"]), Some(json("false")));
        assert_eq!(any(&["no", "2026-01-31"]), Some(Value::text("2026-01-31")));
        assert_eq!(any(&[""]), None);
        assert_eq!(lead_source(&Value::text("Facebook")), Some(LeadSource::Facebook));
        assert_eq!(lead_source(&Value::text("web")), None);
    }
}
