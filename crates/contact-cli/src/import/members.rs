//! The members of a JSON object, values unread.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object in their order. Of a name that stands there twice, both.
///
/// # Errors
/// It is no JSON object.
pub(crate) fn members(json: &str) -> serde_json::Result<Vec<(Cow<'_, str>, &str)>> {
    serde_json::from_str(json).map(|Members(members)| members)
}

struct Members<'a>(Vec<(Cow<'a, str>, &'a str)>);

/// A name, borrowed where nothing in it is escaped.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Vec<(Cow<'de, str>, &'de str)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.push((name, value.get()));
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(MembersVisitor).map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_as_they_stand() {
        let read = members(r#"{"a": 1.10, "\u0062": {"c": null}, "a": "x"}"#).unwrap();
        let read: Vec<(&str, &str)> = read.iter().map(|(name, json)| (name.as_ref(), *json)).collect();
        assert_eq!(read, [("a", "1.10"), ("b", r#"{"c": null}"#), ("a", r#""x""#)]);
        for json in ["", "[]", "{", "1", r#"{"a": }"#] {
            assert!(members(json).is_err(), "{json}");
        }
    }
}
