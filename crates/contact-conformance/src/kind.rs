//! Kinds of values, as tags in patterns.

use chrono::DateTime;
use serde_json::Value;

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Any,
    Text,
    Boolean,
    Number,
    Object,
    Texts,
    Uuid,
    Time,
    UtcTime,
}

impl Kind {
    const ALL: [(&'static str, Self, &'static str); 9] = [
        ("!any", Self::Any, "anything"),
        ("!string", Self::Text, "a string"),
        ("!boolean", Self::Boolean, "a boolean"),
        ("!number", Self::Number, "a number"),
        ("!object", Self::Object, "an object"),
        ("!strings", Self::Texts, "a list of strings"),
        ("!uuid", Self::Uuid, "a UUID"),
        ("!time", Self::Time, "an RFC 3339 date-time"),
        ("!utc_time", Self::UtcTime, "an RFC 3339 date-time in UTC with `Z` and at most microseconds"),
    ];

    /// Returns the kind of a tag.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _, _)| *name == tag).map(|(_, kind, _)| kind)
    }

    /// Returns a description for reports.
    pub(crate) fn words(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, kind, _)| *kind == self).map_or("", |(_, _, words)| words)
    }

    /// Returns true for a value of this kind.
    pub(crate) fn is(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::Any => true,
            Self::Text => text.is_some(),
            Self::Boolean => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::Object => value.is_object(),
            Self::Texts => value.as_array().is_some_and(|entries| entries.iter().all(Value::is_string)),
            Self::Uuid => text.is_some_and(|text| uuid::Uuid::try_parse(text).is_ok()),
            Self::Time => text.is_some_and(|text| DateTime::parse_from_rfc3339(text).is_ok()),
            Self::UtcTime => text.is_some_and(|text| {
                let time = DateTime::parse_from_rfc3339(text);
                time.is_ok_and(|time| text.ends_with('Z') && time.timestamp_subsec_nanos() % 1_000 == 0)
            }),
        }
    }
}
