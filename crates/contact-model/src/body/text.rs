//! Reads values that are strings in JSON: texts, enumerations, tags, ids and timestamps.

use std::str::FromStr;

use serde_json::value::RawValue;

use super::ObjectReader;
use crate::json::JsonKind;
use crate::problem::ViolationCode;
use crate::{Patch, Timestamp, limits};

impl ObjectReader<'_> {
    /// Reads a text of at most `limit` characters. `null` clears the field.
    pub fn text(&mut self, key: &str, limit: usize) -> Patch<String> {
        let Some(raw) = self.take(key) else { return Patch::Keep };
        if JsonKind::of(raw.get()) == JsonKind::Null {
            return Patch::Clear;
        }
        self.string(raw, key, &format!("/{key}"), limit).map_or(Patch::Keep, Patch::Set)
    }

    /// Reads a required text of at most `limit` characters that is not blank.
    pub fn label(&mut self, key: &str, limit: usize) -> String {
        let pointer = format!("/{key}");
        let Some(raw) = self.take(key) else {
            self.require(key);
            return String::new();
        };
        self.non_blank(raw, key, &pointer, limit)
    }

    /// Reads a text like [`ObjectReader::label`], but the key is optional.
    pub fn optional_label(&mut self, key: &str, limit: usize) -> Option<String> {
        let raw = self.take(key)?;
        Some(self.non_blank(raw, key, &format!("/{key}"), limit))
    }

    /// Reads an array of texts of at most `limit` characters that are not blank. An invalid text becomes an
    /// empty one, so that the others keep their indexes.
    pub fn labels(&mut self, key: &str, what: &str, limit: usize) -> Option<Vec<String>> {
        let raw = self.take(key)?;
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) else {
            self.refuse_type(raw, key, &format!("/{key}"), "an array of strings");
            return None;
        };
        let read = |(index, item)| self.non_blank(item, what, &format!("/{key}/{index}"), limit);
        Some(items.into_iter().enumerate().map(read).collect())
    }

    /// Reads a value of an enumeration, such as a type.
    pub fn word<T: FromStr<Err = String>>(&mut self, key: &str) -> Option<T> {
        let raw = self.take(key)?;
        let pointer = format!("/{key}");
        let word = self.string(raw, key, &pointer, usize::MAX)?;
        word.parse().map_err(|why| self.refuse(&pointer, ViolationCode::InvalidValue, format!("{why}."))).ok()
    }

    /// Reads tags: an array of strings.
    pub fn tags(&mut self, key: &str) -> Option<Vec<String>> {
        let raw = self.take(key)?;
        let pointer = format!("/{key}");
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) else {
            self.refuse_type(raw, key, &pointer, "an array of strings");
            return None;
        };
        if items.len() > limits::TAGS {
            self.refuse(
                &pointer,
                ViolationCode::TooMany,
                format!("{key} takes at most {} items; {} were sent.", limits::TAGS, items.len()),
            );
            return None;
        }
        let mut tags = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            tags.extend(self.string(item, "a tag", &format!("/{key}/{index}"), limits::TAG));
        }
        Some(tags)
    }

    /// Reads an id. `null` means none.
    pub fn id<T: From<uuid::Uuid>>(&mut self, key: &str) -> Patch<T> {
        let Some(raw) = self.take(key) else { return Patch::Keep };
        if JsonKind::of(raw.get()) == JsonKind::Null {
            return Patch::Clear;
        }
        self.uuid(raw, key).map_or(Patch::Keep, |id| Patch::Set(id.into()))
    }

    /// Reads a required id. If it is invalid, returns a placeholder, and [`ObjectReader::finish`] returns an
    /// error.
    pub fn required_id<T: From<uuid::Uuid>>(&mut self, key: &str) -> T {
        let id = match self.take(key) {
            Some(raw) => self.uuid(raw, key),
            None => {
                self.require(key);
                None
            }
        };
        id.unwrap_or_default().into()
    }

    /// Reads a timestamp.
    pub fn timestamp(&mut self, key: &str) -> Option<Timestamp> {
        let raw = self.take(key)?;
        let pointer = format!("/{key}");
        let text = self.string(raw, key, &pointer, usize::MAX)?;
        let at = text.parse().ok().filter(|at: &Timestamp| at.is_rfc_3339());
        if at.is_none() {
            self.refuse(
                &pointer,
                ViolationCode::InvalidValue,
                format!("{key} takes a date and time such as \"2026-01-31T12:00:00Z\"."),
            );
        }
        at
    }

    /// Reads a text that is not blank. Returns an empty text if it is invalid.
    fn non_blank(&mut self, raw: &RawValue, what: &str, pointer: &str, limit: usize) -> String {
        let text = self.string(raw, what, pointer, limit);
        if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
            self.refuse(pointer, ViolationCode::Required, format!("{what} must not be blank."));
        }
        text.unwrap_or_default()
    }

    fn uuid(&mut self, raw: &RawValue, key: &str) -> Option<uuid::Uuid> {
        let pointer = format!("/{key}");
        let text = self.string(raw, key, &pointer, usize::MAX)?;
        let id = crate::id::read(&text);
        id.map_err(|why| self.refuse(&pointer, ViolationCode::InvalidValue, format!("{key}: {why}."))).ok()
    }

    fn string(&mut self, raw: &RawValue, what: &str, pointer: &str, limit: usize) -> Option<String> {
        if JsonKind::of(raw.get()) != JsonKind::String {
            self.refuse_type(raw, what, pointer, "a string");
            return None;
        }
        let Ok(text) = serde_json::from_str::<String>(raw.get()) else {
            self.refuse(
                pointer,
                ViolationCode::InvalidUnicode,
                format!("{what} contains an escape that is not a Unicode character."),
            );
            return None;
        };
        if text.contains('\0') {
            self.refuse(
                pointer,
                ViolationCode::NulCharacter,
                format!("{what} must not contain a NUL character."),
            );
            return None;
        }
        // A text never has more characters than bytes, so most texts need no counting.
        if text.len() > limit {
            let count = text.chars().count();
            if count > limit {
                self.refuse(
                    pointer,
                    ViolationCode::TooLong,
                    format!("{what} takes at most {limit} characters; {count} were sent."),
                );
                return None;
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn open(body: &str) -> ObjectReader<'_> {
        ObjectReader::new(body.as_bytes()).unwrap()
    }

    #[test]
    fn limits_count_characters_and_not_bytes() {
        assert_eq!(open(r#"{"n":"äöü"}"#).text("n", 3), Patch::from("äöü"));
        let mut reader = open(r#"{"n":"äöüß"}"#);
        reader.text("n", 3);
        let (_, violations) = reader.finish(());
        assert_eq!(violations.as_slice()[0].code, ViolationCode::TooLong);
        assert_eq!(violations.as_slice()[0].detail, "n takes at most 3 characters; 4 were sent.");
    }

    proptest! {
        #[test]
        fn a_text_is_read_as_it_was_sent(text in "[^\0]*") {
            let body = serde_json::json!({ "t": text }).to_string();
            prop_assert_eq!(open(&body).text("t", usize::MAX), Patch::Set(text));
        }
    }
}
