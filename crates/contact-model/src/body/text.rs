//! Reads values that are strings in JSON: texts, enumerations, tags, ids and timestamps.

use std::str::FromStr;

use serde_json::value::RawValue;

use super::ObjectReader;
use super::location::Location;
use crate::json::JsonKind;
use crate::problem::ViolationCode;
use crate::{Patch, Timestamp, limits};

impl<'a> ObjectReader<'a> {
    /// Reads a text of at most `limit` characters. `null` clears the field.
    pub(crate) fn text(&mut self, key: &str, limit: usize) -> Patch<String> {
        self.patch(key, |object, raw| object.string(key, raw, limit))
    }

    /// Reads a required text of at most `limit` characters that is not blank.
    pub(crate) fn required_text(&mut self, key: &str, limit: usize) -> String {
        let label = self.optional_non_blank_text(key, limit);
        if label.is_none() {
            self.require(key);
        }
        label.unwrap_or_default()
    }

    /// Reads a text like [`ObjectReader::required_text`], but the key is optional.
    pub(crate) fn optional_non_blank_text(&mut self, key: &str, limit: usize) -> Option<String> {
        let raw = self.take(key)?;
        Some(self.non_blank(key, raw, limit))
    }

    /// Reads an array of texts of at most `limit` characters that are not blank. Messages call an item `name`.
    /// An invalid text becomes an empty one, so that the others keep their indexes.
    pub(crate) fn non_blank_texts(
        &mut self,
        key: &str,
        name: &'static str,
        limit: usize,
    ) -> Option<Vec<String>> {
        let items = self.array_of_strings(key)?.into_iter().enumerate();
        let read = |(index, item)| self.non_blank(Location::item(key, name, index), item, limit);
        Some(items.map(read).collect())
    }

    /// Reads a value of an enumeration, such as a type.
    pub(crate) fn parsed<T: FromStr<Err = String>>(&mut self, key: &str) -> Option<T> {
        let raw = self.take(key)?;
        let word = self.string(key, raw, usize::MAX)?;
        word.parse().map_err(|error| self.refuse(key, ViolationCode::InvalidValue, format!("{error}."))).ok()
    }

    /// Reads tags: an array of strings.
    pub(crate) fn tags(&mut self, key: &str) -> Option<Vec<String>> {
        let items = self.array_of_strings(key)?;
        if items.len() > limits::TAGS {
            let detail = format!("{key} takes at most {} items; {} were sent.", limits::TAGS, items.len());
            self.refuse(key, ViolationCode::TooMany, detail);
            return None;
        }
        let mut tags = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            tags.extend(self.string(Location::item(key, "a tag", index), item, limits::TAG));
        }
        Some(tags)
    }

    /// Reads an id. `null` means none.
    pub(crate) fn id<T: From<uuid::Uuid>>(&mut self, key: &str) -> Patch<T> {
        self.patch(key, |object, raw| object.uuid(key, raw)).map(T::from)
    }

    /// Reads a required id. If it is invalid, returns a placeholder, which is never used because the body is
    /// refused.
    pub(crate) fn required_id<T: From<uuid::Uuid>>(&mut self, key: &str) -> T {
        let id = match self.take(key) {
            Some(raw) => self.uuid(key, raw),
            None => {
                self.require(key);
                None
            }
        };
        id.unwrap_or_default().into()
    }

    /// Reads a timestamp.
    pub(crate) fn timestamp(&mut self, key: &str) -> Option<Timestamp> {
        let raw = self.take(key)?;
        let text = self.string(key, raw, usize::MAX)?;
        let at = text.parse().ok().filter(|at: &Timestamp| at.is_rfc_3339());
        if at.is_none() {
            let detail = format!("{key} takes a date and time such as \"2026-01-31T12:00:00Z\".");
            self.refuse(key, ViolationCode::InvalidValue, detail);
        }
        at
    }

    /// Reads a value that `null` clears.
    fn patch<T>(&mut self, key: &str, read: impl FnOnce(&mut Self, &RawValue) -> Option<T>) -> Patch<T> {
        match self.take(key) {
            None => Patch::Keep,
            Some(raw) if JsonKind::of(raw.get()) == JsonKind::Null => Patch::Clear,
            Some(raw) => read(self, raw).map_or(Patch::Keep, Patch::Set),
        }
    }

    /// Reads an array, whose items should be strings.
    fn array_of_strings(&mut self, key: &str) -> Option<Vec<&'a RawValue>> {
        let raw = self.take(key)?;
        let items = serde_json::from_str(raw.get()).ok();
        if items.is_none() {
            self.refuse_type(key, raw, "an array of strings");
        }
        items
    }

    /// Reads a text that is not blank. Returns an empty text if it is invalid.
    fn non_blank<'k>(&mut self, location: impl Into<Location<'k>>, raw: &RawValue, limit: usize) -> String {
        let location = location.into();
        let text = self.string(location, raw, limit);
        if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
            self.refuse(location, ViolationCode::Required, format!("{} must not be blank.", location.name));
        }
        text.unwrap_or_default()
    }

    fn uuid(&mut self, key: &str, raw: &RawValue) -> Option<uuid::Uuid> {
        let text = self.string(key, raw, usize::MAX)?;
        let id = crate::id::read(&text);
        id.map_err(|error| self.refuse(key, ViolationCode::InvalidValue, format!("{key}: {error}."))).ok()
    }

    fn string<'k>(
        &mut self,
        location: impl Into<Location<'k>>,
        raw: &RawValue,
        limit: usize,
    ) -> Option<String> {
        let location = location.into();
        if JsonKind::of(raw.get()) != JsonKind::String {
            self.refuse_type(location, raw, "a string");
            return None;
        }
        let name = location.name;
        let Ok(text) = serde_json::from_str::<String>(raw.get()) else {
            let detail = format!("{name} contains an escape that is not a Unicode character.");
            self.refuse(location, ViolationCode::InvalidUnicode, detail);
            return None;
        };
        if text.contains('\0') {
            let detail = format!("{name} must not contain a NUL character.");
            self.refuse(location, ViolationCode::NulCharacter, detail);
            return None;
        }
        // A text never has more characters than bytes, so most texts need no counting.
        if text.len() > limit {
            let count = text.chars().count();
            if count > limit {
                let detail = format!("{name} takes at most {limit} characters; {count} were sent.");
                self.refuse(location, ViolationCode::TooLong, detail);
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
