//! What a cell says of a field, ready to be sent.

use std::borrow::Cow;

use contact_client::model::body::spelled_boolean;
use contact_client::model::{CustomFieldType, LeadSource};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::row::Value;

/// What is sent of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said<'r> {
    Text(Cow<'r, str>),
    Boolean(bool),
    /// A number in JSON, which the file writes in another form.
    Number(String),
    /// Any other JSON, as it stands in the file: what it may be is the server's to say.
    Json(&'r str),
}

impl<'r> Said<'r> {
    /// A text without white space around it; nothing where nothing is left. A number counts as its digits.
    pub(crate) fn word(value: Value<'r>) -> Option<Self> {
        match Self::text(value)? {
            Self::Text(text) => Some(Self::Text(trimmed(text))),
            other => Some(other),
        }
    }

    /// Texts one behind the other. What is no text is sent alone, and refused.
    pub(crate) fn joined(mut said: impl Iterator<Item = Self>, between: &str) -> Option<Self> {
        let first = said.next()?;
        let joined = said.try_fold(first, |before, next| match (before.as_text(), next.as_text()) {
            (Some(one), Some(other)) => Ok(Self::Text(Cow::Owned([one, other].join(between)))),
            (None, _) => Err(before),
            (_, None) => Err(next),
        });
        Some(joined.unwrap_or_else(|unfit| unfit))
    }

    /// A text as it is; nothing where it is blank. In a table, one that is a whole JSON string is what that
    /// says: so an export writes the texts that a table would lose.
    pub(crate) fn text(value: Value<'r>) -> Option<Self> {
        let text = match value {
            Value::Text(text) => quoted(text).unwrap_or(Cow::Borrowed(text)),
            Value::Json(json) => match json.as_bytes().first() {
                Some(b'"') => string(json)?,
                Some(b'-' | b'0'..=b'9') => Cow::Borrowed(json),
                _ => return Some(Self::Json(json)),
            },
        };
        (!text.trim().is_empty()).then_some(Self::Text(text))
    }

    /// A boolean, also a spelled-out one. What is none is sent as it is, and refused.
    pub(crate) fn boolean(value: Value<'r>) -> Option<Self> {
        let said = Self::word(value)?;
        let read = said.as_text().and_then(|text| spelled_boolean(text).or_else(|| foreign_boolean(text)));
        Some(read.map_or(said, Self::Boolean))
    }

    /// Returns true if one of several booleans is true, or else the first one. Of a value that is no boolean the server
    /// refuses the row.
    pub(crate) fn any(booleans: impl Iterator<Item = Self>) -> Option<Self> {
        let rank = |said: &Self| match said {
            Self::Boolean(true) => 0,
            Self::Text(_) | Self::Number(_) | Self::Json(_) => 1,
            Self::Boolean(false) => 2,
        };
        booleans.min_by_key(rank)
    }

    /// Returns the lead source that a text names in any case.
    pub(crate) fn lead_source(&self) -> Option<LeadSource> {
        let word = self.as_text()?;
        LeadSource::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(word))
    }

    /// The value of a custom field. In a table, JSON is what it says, as far as the field takes it: `12` is a
    /// text in a field of texts and a number in any other.
    pub(crate) fn custom(value: Value<'r>, kind: CustomFieldType) -> Option<Self> {
        let Value::Text(text) = value else {
            let Value::Json(json) = value else { return None };
            return Some(Self::Json(json));
        };
        match kind {
            CustomFieldType::Text => Self::text(value),
            CustomFieldType::Date | CustomFieldType::Select => Self::word(value),
            CustomFieldType::Boolean => Self::boolean(value),
            CustomFieldType::Number | CustomFieldType::Any => match json(text) {
                Some("null") => None,
                Some(json) => Some(Self::Json(json)),
                None => Self::text(value),
            },
        }
    }

    /// The text, where it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Boolean(_) | Self::Number(_) | Self::Json(_) => None,
        }
    }
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Boolean(boolean) => boolean.serialize(serializer),
            Self::Number(json) => {
                let raw: &RawValue = serde_json::from_str(json).map_err(serde::ser::Error::custom)?;
                raw.serialize(serializer)
            }
            Self::Json(json) => {
                let raw: &RawValue = serde_json::from_str(json).map_err(serde::ser::Error::custom)?;
                raw.serialize(serializer)
            }
        }
    }
}

/// Reads a boolean as spreadsheets and people write it in German, French, Spanish and Portuguese.
fn foreign_boolean(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "wahr" | "ja" | "vrai" | "oui" | "verdadero" | "sí" | "si" | "verdadeiro" | "sim" => Some(true),
        "falsch" | "nein" | "faux" | "non" | "falso" | "não" | "nao" => Some(false),
        _ => None,
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// The text of a JSON string, borrowed where nothing in it is escaped.
pub(crate) fn string(json: &str) -> Option<Cow<'_, str>> {
    match serde_json::from_str::<&str>(json) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) => serde_json::from_str::<String>(json).ok().map(Cow::Owned),
    }
}

/// What a text says that is a whole JSON string.
pub(crate) fn quoted(text: &str) -> Option<Cow<'_, str>> {
    text.starts_with('"').then(|| string(text)).flatten()
}

/// A text as JSON, without white space around it, where it is well-formed.
fn json(text: &str) -> Option<&str> {
    let begins = matches!(
        text.trim_start().as_bytes().first(),
        Some(b'"' | b'[' | b'{' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')
    );
    if !begins {
        return None;
    }
    serde_json::from_str::<&RawValue>(text).ok().map(RawValue::get)
}

#[cfg(test)]
mod tests {
    use super::*;
    use CustomFieldType::{Any, Boolean, Date, Number, Select, Text};

    fn sent(said: Option<Said<'_>>) -> Option<String> {
        said.map(|said| serde_json::to_string(&said).unwrap())
    }

    #[test]
    fn a_text_is_what_stands_there_and_nothing_is_sent_of_a_blank_one() {
        for (text, word) in [
            (" Jane ", Some(r#""Jane""#)),
            ("", None),
            (" \t", None),
            (r#""""#, None),
            (r#""\"x\\y""#, Some(r#""\"x\\y""#)),
            (r#""Bob" Smith"#, Some(r#""\"Bob\" Smith""#)),
            ("5\" pipe", Some(r#""5\" pipe""#)),
        ] {
            assert_eq!(sent(Said::word(Value::Text(text))).as_deref(), word, "{text}");
        }
        for (json, word) in [
            (r#""Jane""#, Some(r#""Jane""#)),
            (r#""""#, None),
            ("4155552671", Some(r#""4155552671""#)),
            ("true", Some("true")),
            ("[1]", Some("[1]")),
        ] {
            assert_eq!(sent(Said::word(Value::Json(json))).as_deref(), word, "{json}");
        }
        assert_eq!(
            sent(Said::text(Value::Text(" a\n b "))).as_deref(),
            Some(r#"" a\n b ""#),
            "notes keep theirs"
        );
    }

    #[test]
    fn booleans_and_lead_sources_are_read_in_their_spellings() {
        for (text, boolean) in [("Yes", "true"), (" 0 ", "false"), ("x", r#""x""#)] {
            assert_eq!(sent(Said::boolean(Value::Text(text))).as_deref(), Some(boolean));
        }
        for (text, boolean) in
            [("WAHR", "true"), ("Falsch", "false"), ("SÍ", "true"), ("Não", "false"), ("faux", "false")]
        {
            assert_eq!(sent(Said::boolean(Value::Text(text))).as_deref(), Some(boolean), "{text}");
        }
        let any = |texts: &[&str]| {
            sent(Said::any(texts.iter().filter_map(|text| Said::boolean(Value::Text(text)))))
        };
        assert_eq!(
            any(&["no", "yes"]).as_deref(),
            Some("true"),
            "who opted out in one column is not to be disturbed"
        );
        assert_eq!(any(&["no", "", "no"]).as_deref(), Some("false"));
        assert_eq!(any(&["no", "2026-01-31"]).as_deref(), Some(r#""2026-01-31""#));
        assert_eq!(any(&[""]), None);
        assert_eq!(sent(Said::boolean(Value::Json("true"))).as_deref(), Some("true"));
        for (text, source) in [("Facebook", Some(LeadSource::Facebook)), ("web", None)] {
            assert_eq!(Said::word(Value::Text(text)).unwrap().lead_source(), source);
        }
    }

    #[test]
    fn a_custom_field_takes_what_its_type_asks_for() {
        for (text, kind, value) in [
            ("12", Any, Some("12")),
            ("12", Number, Some("12")),
            ("12", Text, Some(r#""12""#)),
            (r#""12""#, Text, Some(r#""12""#)),
            (r#""12""#, Any, Some(r#""12""#)),
            ("01234", Any, Some(r#""01234""#)),
            ("twelve", Number, Some(r#""twelve""#)),
            (r#"{"a": [1]}"#, Any, Some(r#"{"a": [1]}"#)),
            (r#"{"a"#, Any, Some(r#""{\"a""#)),
            ("null", Any, None),
            (r#""null""#, Any, Some(r#""null""#)),
            ("null", Text, Some(r#""null""#)),
            (
                "1234567890123456789012345678901234567890.5",
                Any,
                Some("1234567890123456789012345678901234567890.5"),
            ),
            ("yes", Boolean, Some("true")),
            ("gold ", Select, Some(r#""gold""#)),
            ("2026-01-31", Date, Some(r#""2026-01-31""#)),
            ("2026-01-31", Any, Some(r#""2026-01-31""#)),
            ("", Any, None),
        ] {
            assert_eq!(sent(Said::custom(Value::Text(text), kind)).as_deref(), value, "{text} in {kind}");
        }
        assert_eq!(
            sent(Said::custom(Value::Json("12"), Text)).as_deref(),
            Some("12"),
            "JSON says what it is"
        );
    }
}
