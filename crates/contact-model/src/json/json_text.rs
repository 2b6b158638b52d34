//! A JSON value that is kept as the text that was sent.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::limits;

/// A JSON value that is kept as text, so that it is returned as it was sent, with every digit of its numbers
/// (decided). White space between tokens is removed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JsonText(Box<str>);

/// Why a JSON value cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonTextError {
    /// A string or key in the value contains a NUL.
    #[error("the value contains a NUL")]
    NulCharacter,
    /// A string or key in the value contains half of a surrogate pair.
    #[error("the value contains half of a surrogate pair")]
    InvalidUnicode,
    /// The value is nested deeper than [`limits::CUSTOM_FIELD_DEPTH`].
    #[error("the value is nested deeper than {limit} levels", limit = limits::CUSTOM_FIELD_DEPTH)]
    TooDeep,
}

/// Returns the length of the text as a JSON string in bytes, including its quotes.
pub fn length_of(text: &str) -> usize {
    let written = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..0x20 => 6,
        _ => 1,
    };
    2 + text.bytes().map(written).sum::<usize>()
}

/// Returns the greatest length that any text of this length can have as a JSON string.
pub fn longest_of(text: &str) -> usize {
    2 + 6 * text.len()
}

impl JsonText {
    /// Keeps a JSON value, which must be well-formed.
    ///
    /// # Errors
    /// Returns an error if the value contains a NUL or half of a surrogate pair, or is nested too deep.
    pub fn new(value: &RawValue) -> Result<Self, JsonTextError> {
        let text = value.get();
        let mut compact = String::with_capacity(text.len());
        let mut depth = 0_usize;
        let mut in_string = false;
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' if in_string => {
                    match escaped_unit(text, at) {
                        Some(0) => return Err(JsonTextError::NulCharacter),
                        Some(0xd800..=0xdbff) => {
                            let Some(0xdc00..=0xdfff) = escaped_unit(text, at + ESCAPE) else {
                                return Err(JsonTextError::InvalidUnicode);
                            };
                            compact.push_str(&text[at..at + 2 * ESCAPE]);
                            // The backslash was already consumed, and `nth` counts from zero.
                            chars.nth(2 * ESCAPE - 2);
                            continue;
                        }
                        Some(0xdc00..=0xdfff) => return Err(JsonTextError::InvalidUnicode),
                        _ => compact.push(c),
                    }
                    // An escaped quote or backslash does not end the string.
                    compact.extend(chars.next().map(|(_, escaped)| escaped));
                    continue;
                }
                '"' => in_string = !in_string,
                ' ' | '\t' | '\n' | '\r' if !in_string => continue,
                '[' | '{' if !in_string => {
                    depth += 1;
                    if depth > limits::CUSTOM_FIELD_DEPTH {
                        return Err(JsonTextError::TooDeep);
                    }
                }
                ']' | '}' if !in_string => depth = depth.saturating_sub(1),
                _ => {}
            }
            compact.push(c);
        }
        Ok(Self(compact.into_boxed_str()))
    }

    /// Keeps a value in order to return it to its sender. A string that is not valid Unicode becomes a string
    /// that contains its JSON text, because many parsers could not read it.
    pub fn echo(value: &RawValue) -> Self {
        let text = value.get();
        let unreadable =
            JsonKind::of(text) == JsonKind::String && serde_json::from_str::<String>(text).is_err();
        let quoted = || serde_json::Value::from(text).to_string();
        Self::from_stored(if unreadable { quoted() } else { text.to_owned() })
    }

    /// Wraps a text that [`JsonText::as_str`] returned, such as a stored one.
    pub fn from_stored(text: String) -> Self {
        Self(text.into_boxed_str())
    }

    /// Returns the value as JSON without white space between tokens.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the string if the value is one.
    pub fn as_string(&self) -> Option<String> {
        serde_json::from_str(&self.0).ok()
    }

    /// Returns the kind of the JSON value.
    pub fn kind(&self) -> JsonKind {
        JsonKind::of(&self.0)
    }
}

/// The number of characters in an escape such as `\u00e9`.
const ESCAPE: usize = 6;

/// Returns the UTF-16 code unit of the escape at this byte, if there is one.
fn escaped_unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

impl TryFrom<&serde_json::Value> for JsonText {
    type Error = JsonTextError;

    fn try_from(value: &serde_json::Value) -> Result<Self, Self::Error> {
        match serde_json::value::to_raw_value(value) {
            Ok(raw) => Self::new(&raw),
            // A `Value` can always be written as JSON, so only its depth can be the reason.
            Err(_) => Err(JsonTextError::TooDeep),
        }
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::new(&raw).map_err(serde::de::Error::custom)
    }
}

/// The kind of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonKind {
    /// Returns the kind of a well-formed JSON text without leading white space.
    pub fn of(json: &str) -> Self {
        match json.as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b'"') => Self::String,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'n') => Self::Null,
            _ => Self::Number,
        }
    }
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keep(json: &str) -> Result<JsonText, JsonTextError> {
        JsonText::new(serde_json::from_str::<&RawValue>(json).unwrap())
    }

    #[test]
    fn every_digit_of_a_number_is_kept() {
        for number in ["1.10", "1e2", "-0", "123456789012345678901234567890", "0.1000"] {
            assert_eq!(keep(number).unwrap().as_str(), number);
        }
    }

    #[test]
    fn white_space_is_removed_only_outside_strings() {
        let kept = keep(r#"{ "a b" : [ 1 , "x \" y" ] }"#).unwrap();
        assert_eq!(kept.as_str(), r#"{"a b":[1,"x \" y"]}"#);
    }

    #[test]
    fn a_nul_is_refused_but_not_an_escaped_backslash() {
        assert_eq!(keep(r#""a\u0000""#), Err(JsonTextError::NulCharacter));
        assert_eq!(keep(r#"{"a\u0000":1}"#), Err(JsonTextError::NulCharacter));
        assert!(keep(r#""a\\u0000""#).is_ok());
    }

    #[test]
    fn half_of_a_surrogate_pair_is_refused_and_a_complete_pair_is_kept() {
        for half in [r#""\ud83d""#, r#""\udc00""#, r#""\ud83d\ud83d""#, r#""\ud83d\n""#, r#"{"\uD83Dx":1}"#] {
            assert_eq!(keep(half), Err(JsonTextError::InvalidUnicode), "{half}");
        }
        for whole in [r#""\ud83d\ude00""#, r#"["\uD83D\uDE00\"", 1]"#, r#""\\ud83d""#] {
            assert_eq!(keep(whole).unwrap().as_str(), whole.replace(", ", ","), "{whole}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(keep(&nested(limits::CUSTOM_FIELD_DEPTH)).is_ok());
        assert_eq!(keep(&nested(limits::CUSTOM_FIELD_DEPTH + 1)), Err(JsonTextError::TooDeep));
    }

    proptest! {
        #[test]
        fn the_length_of_a_text_is_that_of_its_json(
            text in any::<String>(),
            control in "[\\x00-\\x1f\"\\\\]{0,9}",
        ) {
            let text = text + &control;
            prop_assert_eq!(super::length_of(&text), serde_json::to_string(&text).unwrap().len());
            prop_assert!(super::length_of(&text) <= super::longest_of(&text));
        }

        #[test]
        fn stored_value_equals_the_sent_value(text in any::<String>(), number in any::<i64>()) {
            let sent = serde_json::json!({ "text": text.replace('\0', ""), "list": [number, null, true] });
            let kept = keep(&serde_json::to_string_pretty(&sent).unwrap()).unwrap();
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(kept.as_str()).unwrap(), sent);
        }
    }
}
