//! Reading a request body: JSON, an object, and every bad field of it named at once.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::json_text::{JsonKind, JsonText, UnfitJson};
use crate::violation::{Violation, ViolationCode, Violations, pointer_step};
use crate::{CustomFieldPatch, Handling, LeadSource, Patch, SentBody, Timestamp, limits};

/// Why a body cannot be read (decided: each is a 400).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The body is not JSON.
    #[error("The body is not JSON: {reason} at line {line}, column {column}.")]
    Syntax {
        /// What is wrong.
        reason: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body is JSON, but no object.
    #[error("The body must be a JSON object; {0} was sent.")]
    NotAnObject(String),
    /// Fields of the object are bad.
    #[error("{0}")]
    Fields(#[from] Violations),
}

/// A body with the keys its reader did not know. Decided: they are ignored and named in the
/// `Ignored-Fields` header. Extension: with strict handling they are bad fields, as is everything else
/// that is named here beside the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read<T> {
    /// What was read.
    pub value: T,
    /// The unknown keys, each once, in the order they were sent.
    pub ignored: Vec<String>,
    /// What was taken for something else, such as `"yes"` for `true`.
    pub coerced: Vec<Coerced>,
    /// The known keys that were sent more than once: the last of each counts.
    pub repeated: Vec<String>,
}

/// A value that was of another form than the one it is taken for. Extension, where it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coerced {
    /// The key.
    pub field: String,
    /// What was sent; the JSON text of a string that is no Unicode.
    pub sent: JsonText,
    /// What it is taken for.
    pub stored: JsonText,
}

/// The keys of a JSON object, taken out one by one by the type that the body is read as.
pub struct ObjectReader<'a> {
    entries: Vec<(String, &'a RawValue)>,
    violations: Violations,
    handling: Handling,
    coerced: Vec<Coerced>,
    repeated: Vec<String>,
    /// The unknown keys of the objects inside this one.
    ignored_inside: Vec<String>,
}

impl<T> Read<T> {
    /// What was made of the value; the rest is told as before.
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Read<U> {
        let Self { value, ignored, coerced, repeated } = self;
        Read { value: make(value), ignored, coerced, repeated }
    }
}

impl<'a> ObjectReader<'a> {
    /// Opens a body.
    ///
    /// # Errors
    /// It is not JSON or no object.
    pub fn new(body: impl Into<SentBody<'a>>) -> Result<Self, BodyError> {
        let SentBody { bytes, handling } = body.into();
        match serde_json::from_slice::<Entries<'a>>(bytes) {
            Ok(Entries(entries)) => Ok(Self {
                entries,
                violations: Violations::new(),
                handling,
                coerced: Vec::new(),
                repeated: Vec::new(),
                ignored_inside: Vec::new(),
            }),
            Err(error) => Err(why_no_object(bytes, &error)),
        }
    }

    /// Closes the body: `value` and the keys that were never asked for.
    ///
    /// # Errors
    /// Every bad field that was met; with strict handling, every unknown key too.
    pub fn finish<T>(self, value: T) -> Result<Read<T>, BodyError> {
        Ok(self.close(value)?)
    }

    /// As [`ObjectReader::finish`], of an object that is known to be one.
    pub(crate) fn close<T>(mut self, value: T) -> Result<Read<T>, Violations> {
        let mut seen = HashSet::new();
        let entries = std::mem::take(&mut self.entries);
        let mut ignored: Vec<String> =
            entries.into_iter().map(|(key, _)| key).filter(|key| seen.insert(key.clone())).collect();
        if self.handling.is_strict() {
            for key in &ignored {
                let pointer = format!("/{}", pointer_step(key));
                self.refuse(&pointer, ViolationCode::UnknownKey, "The request does not take this key.");
            }
        }
        let Self { violations, coerced, repeated, ignored_inside, .. } = self;
        ignored.extend(ignored_inside);
        violations.into_result(Read { value, ignored, coerced, repeated })
    }

    /// What is bad of an object whose other keys cannot be judged.
    pub(crate) fn give_up(self) -> Violations {
        self.violations
    }

    /// A value of this object as a body of its own, to be read in the same way.
    pub(crate) fn inside(&self, raw: &'a RawValue) -> SentBody<'a> {
        SentBody { bytes: raw.get().as_bytes(), handling: self.handling }
    }

    /// Takes over what an object inside this one, at `key`, tells beside its value.
    pub(crate) fn take_over<T>(&mut self, key: &str, read: Read<T>) -> T {
        let named = |name: String| format!("{key}.{name}");
        let Read { value, ignored, coerced, repeated } = read;
        self.ignored_inside.extend(ignored.into_iter().map(named));
        self.repeated.extend(repeated.into_iter().map(named));
        self.coerced.extend(coerced.into_iter().map(|one| Coerced { field: named(one.field), ..one }));
        value
    }

    /// A text of at most `limit` characters that `null` clears.
    pub fn text(&mut self, key: &str, limit: usize) -> Patch<String> {
        let Some(raw) = self.take(key) else { return Patch::Keep };
        if JsonKind::of(raw.get()) == JsonKind::Null {
            return Patch::Clear;
        }
        self.string(raw, key, &format!("/{key}"), limit).map_or(Patch::Keep, Patch::Set)
    }

    /// A text of at most `limit` characters that must be there and not blank.
    pub fn label(&mut self, key: &str, limit: usize) -> String {
        let pointer = format!("/{key}");
        let Some(raw) = self.take(key) else {
            self.require(key);
            return String::new();
        };
        self.filled(raw, key, &pointer, limit)
    }

    /// As [`ObjectReader::label`], where it is sent.
    pub fn optional_label(&mut self, key: &str, limit: usize) -> Option<String> {
        let raw = self.take(key)?;
        Some(self.filled(raw, key, &format!("/{key}"), limit))
    }

    /// An array of texts of at most `limit` characters that are not blank. What is refused stands in
    /// it as an empty text, so that the others keep their places.
    pub fn labels(&mut self, key: &str, what: &str, limit: usize) -> Option<Vec<String>> {
        let raw = self.take(key)?;
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) else {
            self.refuse_type(raw, key, &format!("/{key}"), "an array of strings");
            return None;
        };
        let read = |(index, item)| self.filled(item, what, &format!("/{key}/{index}"), limit);
        Some(items.into_iter().enumerate().map(read).collect())
    }

    /// A word out of a few, such as a type.
    pub fn word<T: FromStr<Err = String>>(&mut self, key: &str) -> Option<T> {
        let raw = self.take(key)?;
        let pointer = format!("/{key}");
        let word = self.string(raw, key, &pointer, usize::MAX)?;
        word.parse().map_err(|why| self.refuse(&pointer, ViolationCode::InvalidValue, format!("{why}."))).ok()
    }

    /// Lets a key whose value is `null` count as one that was not sent.
    pub fn leave_out_null(&mut self, key: &str) {
        let last = self.entries.iter().rfind(|(name, _)| name == key);
        if last.is_some_and(|(_, value)| JsonKind::of(value.get()) == JsonKind::Null) {
            self.take(key);
        }
    }

    /// Adds what a rule of several fields finds.
    pub fn check(&mut self, rule: impl FnOnce(&mut Violations)) {
        rule(&mut self.violations);
    }

    /// Tags: an array of strings.
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

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &str) -> Option<bool> {
        let raw = self.take(key)?;
        let read = serde_json::from_str(raw.get()).ok();
        if read.is_none() {
            self.refuse_type(raw, key, &format!("/{key}"), "true or false");
        }
        read
    }

    /// A boolean or a common spelling of one. Documented for a create; decided: true/false, yes/no,
    /// y/n, t/f, on/off, 1/0 as string or number, any case, white space around it.
    pub fn lenient_boolean(&mut self, key: &str) -> Option<bool> {
        let raw = self.take(key)?;
        let read = match JsonKind::of(raw.get()) {
            JsonKind::Boolean => serde_json::from_str(raw.get()).ok(),
            JsonKind::String => {
                serde_json::from_str::<String>(raw.get()).ok().and_then(|text| spelled_boolean(&text))
            }
            JsonKind::Number => match serde_json::from_str::<f64>(raw.get()) {
                Ok(1.0) => Some(true),
                Ok(0.0) => Some(false),
                _ => None,
            },
            JsonKind::Null | JsonKind::Array | JsonKind::Object => None,
        };
        if let Some(read) = read
            && JsonKind::of(raw.get()) != JsonKind::Boolean
        {
            self.coerce(key, raw, JsonText::from_stored(read.to_string()));
        }
        if read.is_none() {
            let expected = "true or false, or a spelling of it: yes/no, y/n, t/f, on/off, 1/0";
            match JsonKind::of(raw.get()) {
                JsonKind::String | JsonKind::Number => self.refuse(
                    &format!("/{key}"),
                    ViolationCode::InvalidValue,
                    format!("{key} takes {expected}."),
                ),
                _ => self.refuse_type(raw, key, &format!("/{key}"), expected),
            }
        }
        read
    }

    /// A lead source; any string is taken, as [`LeadSource::from_sent`] reads it.
    pub fn lead_source(&mut self, key: &str) -> Option<LeadSource> {
        let raw = self.take(key)?;
        if JsonKind::of(raw.get()) != JsonKind::String {
            self.refuse_type(raw, key, &format!("/{key}"), "a string");
            return None;
        }
        // A string that is no Unicode names no lead source either.
        let word = serde_json::from_str::<String>(raw.get()).unwrap_or_default();
        let source = LeadSource::from_sent(&word);
        if source.as_str() != word {
            self.coerce(key, raw, JsonText::from_stored(format!("\"{}\"", source.as_str())));
        }
        Some(source)
    }

    /// Values of custom fields, by name.
    pub fn custom_fields(&mut self, key: &str) -> Option<CustomFieldPatch> {
        let raw = self.take(key)?;
        if JsonKind::of(raw.get()) != JsonKind::Object {
            self.refuse_type(raw, key, &format!("/{key}"), "an object");
            return None;
        }
        let Ok(Entries(entries)) = serde_json::from_str::<Entries<'a>>(raw.get()) else {
            self.refuse(
                &format!("/{key}"),
                ViolationCode::InvalidUnicode,
                format!("A name in {key} holds an escape that is no Unicode character."),
            );
            return None;
        };
        let mut patch = CustomFieldPatch::default();
        let mut repeated = HashSet::new();
        for (name, value) in entries {
            let text = match JsonKind::of(value.get()) {
                JsonKind::Null => None,
                _ => match JsonText::new(value) {
                    Ok(text) => Some(text),
                    Err(unfit) => {
                        self.refuse_unfit(unfit, &format!("/{key}/{}", pointer_step(&name)));
                        continue;
                    }
                },
            };
            if patch.0.contains_key(&name) && repeated.insert(name.clone()) {
                self.note_repeated(format!("{key}.{name}"), &format!("/{key}/{}", pointer_step(&name)));
            }
            patch.0.insert(name, text);
        }
        Some(patch)
    }

    /// An id, or `null` for none.
    pub fn id<T: From<uuid::Uuid>>(&mut self, key: &str) -> Patch<T> {
        let Some(raw) = self.take(key) else { return Patch::Keep };
        if JsonKind::of(raw.get()) == JsonKind::Null {
            return Patch::Clear;
        }
        self.uuid(raw, key).map_or(Patch::Keep, |id| Patch::Set(id.into()))
    }

    /// An id that must be there. What it gives where the id is bad never leaves
    /// [`ObjectReader::finish`].
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

    /// A number that is not negative.
    pub fn amount(&mut self, key: &str) -> Option<f64> {
        let raw = self.take(key)?;
        if JsonKind::of(raw.get()) != JsonKind::Number {
            self.refuse_type(raw, key, &format!("/{key}"), "a number");
            return None;
        }
        // A number beyond what a float holds cannot be read as one.
        let read = serde_json::from_str::<f64>(raw.get()).ok();
        let amount = read.filter(|number| number.is_finite() && *number >= 0.0);
        if amount.is_none() {
            self.refuse(
                &format!("/{key}"),
                ViolationCode::InvalidValue,
                format!("{key} takes a number that is not negative, of at most {:e}.", f64::MAX),
            );
        }
        amount
    }

    /// A point in time.
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

    /// Names a field that must be sent and was not.
    pub fn require(&mut self, key: &str) {
        self.refuse(&format!("/{key}"), ViolationCode::Required, format!("{key} must be sent."));
    }

    /// True where a bad field was met at `key`.
    pub fn has_refused(&self, key: &str) -> bool {
        let pointer = format!("/{key}");
        self.violations.as_slice().iter().any(|violation| violation.pointer == pointer)
    }

    /// What was sent of a key that is not taken out yet.
    pub(crate) fn peek(&self, key: &str) -> Option<&'a RawValue> {
        self.entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    /// Takes a key out. Where it stands twice the last one counts, as in most JSON readers.
    pub(crate) fn take(&mut self, key: &str) -> Option<&'a RawValue> {
        let (mut taken, mut count) = (None, 0_usize);
        self.entries.retain(|(name, value)| {
            let found = name == key;
            if found {
                taken = Some(*value);
                count += 1;
            }
            !found
        });
        if count > 1 {
            self.note_repeated(key.to_owned(), &format!("/{key}"));
        }
        taken
    }

    /// Notes a key that was sent more than once.
    fn note_repeated(&mut self, name: String, pointer: &str) {
        self.repeated.push(name);
        self.refuse_if_strict(pointer, ViolationCode::RepeatedKey, || {
            "The key was sent more than once, and only the last would count.".to_owned()
        });
    }

    /// Notes a value that is taken for another one.
    fn coerce(&mut self, key: &str, raw: &RawValue, stored: JsonText) {
        let same_kind = JsonKind::of(raw.get()) == stored.kind();
        let code = if same_kind { ViolationCode::InvalidValue } else { ViolationCode::WrongType };
        self.refuse_if_strict(&format!("/{key}"), code, || {
            format!("{key} would be stored as {}.", stored.as_str())
        });
        self.coerced.push(Coerced { field: key.to_owned(), sent: JsonText::echo(raw), stored });
    }

    /// Refuses what the contract has a lenient answer to, where strict handling was asked for.
    fn refuse_if_strict(&mut self, pointer: &str, code: ViolationCode, detail: impl FnOnce() -> String) {
        if self.handling.is_strict() {
            self.refuse(pointer, code, detail());
        }
    }

    /// A text that is not blank; an empty one where it is refused.
    fn filled(&mut self, raw: &RawValue, what: &str, pointer: &str, limit: usize) -> String {
        let text = self.string(raw, what, pointer, limit);
        if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
            self.refuse(pointer, ViolationCode::Required, format!("{what} must not be blank."));
        }
        text.unwrap_or_default()
    }

    fn uuid(&mut self, raw: &RawValue, key: &str) -> Option<uuid::Uuid> {
        let pointer = format!("/{key}");
        let text = self.string(raw, key, &pointer, usize::MAX)?;
        let id = text.parse().ok();
        if id.is_none() {
            self.refuse(&pointer, ViolationCode::InvalidValue, format!("{key} takes a UUID."));
        }
        id
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
                format!("{what} holds an escape that is no Unicode character."),
            );
            return None;
        };
        if text.contains('\0') {
            self.refuse(
                pointer,
                ViolationCode::NulCharacter,
                format!("{what} must not hold a NUL character."),
            );
            return None;
        }
        // No text has more characters than bytes, so most need no counting.
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

    pub(crate) fn refuse(&mut self, pointer: &str, code: ViolationCode, detail: impl Into<String>) {
        self.violations.push(Violation::new(pointer, code, detail));
    }

    pub(crate) fn refuse_type(&mut self, raw: &RawValue, what: &str, pointer: &str, expected: &str) {
        let sent = JsonKind::of(raw.get());
        let code = match sent {
            JsonKind::Null => ViolationCode::NullNotAllowed,
            _ => ViolationCode::WrongType,
        };
        self.refuse(pointer, code, format!("{what} takes {expected}; {sent} was sent."));
    }

    fn refuse_unfit(&mut self, unfit: UnfitJson, pointer: &str) {
        match unfit {
            UnfitJson::NulCharacter => self.refuse(
                pointer,
                ViolationCode::NulCharacter,
                "A custom field's value must not hold a NUL character.",
            ),
            UnfitJson::InvalidUnicode => self.refuse(
                pointer,
                ViolationCode::InvalidUnicode,
                "A custom field's value holds an escape that is no Unicode character.",
            ),
            UnfitJson::TooDeep => self.refuse(
                pointer,
                ViolationCode::TooDeep,
                format!(
                    "A custom field's value takes at most {} levels of arrays and objects.",
                    limits::CUSTOM_FIELD_DEPTH
                ),
            ),
        }
    }
}

fn spelled_boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "t" | "on" | "1" => Some(true),
        "false" | "no" | "n" | "f" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn why_no_object(body: &[u8], error: &serde_json::Error) -> BodyError {
    // The reader of an object stops at the first token that is no object: whether the rest is JSON
    // decides which of the two complaints is the true one.
    let whole = serde_json::from_slice::<IgnoredAny>(body);
    if whole.is_ok() && error.is_data() {
        let text = std::str::from_utf8(body).unwrap_or_default().trim_start();
        return BodyError::NotAnObject(JsonKind::of(text).to_string());
    }
    let error = whole.as_ref().err().unwrap_or(error);
    let full = error.to_string();
    let reason = full.split(" at line ").next().unwrap_or_default().to_owned();
    BodyError::Syntax { reason, line: error.line(), column: error.column() }
}

/// A JSON object's entries in the order sent, values unread.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::with_capacity(12);
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(EntriesVisitor).map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn open(body: &str) -> ObjectReader<'_> {
        ObjectReader::new(body.as_bytes()).unwrap()
    }

    fn why(body: &[u8]) -> BodyError {
        ObjectReader::new(body).err().unwrap()
    }

    #[test]
    fn what_is_not_json_is_told_by_line_and_column() {
        assert_eq!(
            why(b"{\n  \"a\": nope }"),
            BodyError::Syntax { reason: "expected ident".into(), line: 2, column: 9 }
        );
        for body in [&b""[..], b"{", b"[1", b"{} x", b"{\"a\":1,}", b"\xff", b"{\"a\":\"\xff\"}", b"{'a':1}"]
        {
            assert!(matches!(why(body), BodyError::Syntax { .. }), "{body:?}");
        }
    }

    #[test]
    fn json_that_is_no_object_is_refused_as_such() {
        for (body, kind) in [
            ("[]", "an array"),
            ("null", "null"),
            (" 1", "a number"),
            ("\"x\"", "a string"),
            ("true", "a boolean"),
        ] {
            assert_eq!(why(body.as_bytes()), BodyError::NotAnObject(kind.into()));
        }
    }

    #[test]
    fn a_deep_body_is_no_danger() {
        let deep = "[".repeat(200_000);
        assert!(matches!(why(deep.as_bytes()), BodyError::Syntax { .. }));
        let body = format!("{{\"x\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(open(&body).finish(()).unwrap().ignored, ["x"]);
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let mut reader = open(r#"{"email":"a","email":"b"}"#);
        assert_eq!(reader.text("email", 9), Patch::from("b"));
        assert!(reader.finish(()).unwrap().ignored.is_empty());
    }

    #[test]
    fn unknown_keys_are_told_once_in_order() {
        let mut reader = open(r#"{"z":1,"notes":"x","a":2,"z":3}"#);
        reader.text("notes", 9);
        assert_eq!(reader.finish(()).unwrap().ignored, ["z", "a"]);
    }

    #[test]
    fn limits_count_characters_and_not_bytes() {
        assert_eq!(open(r#"{"n":"äöü"}"#).text("n", 3), Patch::from("äöü"));
        let mut reader = open(r#"{"n":"äöüß"}"#);
        reader.text("n", 3);
        let BodyError::Fields(violations) = reader.finish(()).unwrap_err() else { panic!() };
        assert_eq!(violations.as_slice()[0].code, ViolationCode::TooLong);
        assert_eq!(violations.as_slice()[0].detail, "n takes at most 3 characters; 4 were sent.");
    }

    #[test]
    fn every_bad_field_is_named_at_once() {
        let mut reader =
            open(r#"{"a":1,"b":"x\u0000","c":"\ud800","tags":["ok",7,null],"d":null,"f":[],"l":null}"#);
        for key in ["a", "b", "c"] {
            reader.text(key, 10);
        }
        reader.tags("tags");
        reader.boolean("d");
        reader.custom_fields("f");
        reader.lead_source("l");
        let BodyError::Fields(violations) = reader.finish(()).unwrap_err() else { panic!() };
        let found: Vec<_> = violations.as_slice().iter().map(|v| (v.pointer.as_str(), v.code)).collect();
        use ViolationCode::{InvalidUnicode, NulCharacter, NullNotAllowed, WrongType};
        assert_eq!(
            found,
            [
                ("/a", WrongType),
                ("/b", NulCharacter),
                ("/c", InvalidUnicode),
                ("/tags/1", WrongType),
                ("/tags/2", NullNotAllowed),
                ("/d", NullNotAllowed),
                ("/f", WrongType),
                ("/l", NullNotAllowed),
            ]
        );
    }

    #[test]
    fn common_spellings_of_a_boolean_are_read() {
        for sent in ["true", "\"Yes\"", "\" y \"", "\"T\"", "\"ON\"", "\"1\"", "1", "1.0"] {
            let body = format!("{{\"d\":{sent}}}");
            assert_eq!(open(&body).lenient_boolean("d"), Some(true), "{sent}");
        }
        for sent in ["false", "\"no\"", "\"N\"", "\"f\"", "\"Off\\n\"", "\"0\"", "0"] {
            let body = format!("{{\"d\":{sent}}}");
            assert_eq!(open(&body).lenient_boolean("d"), Some(false), "{sent}");
        }
        for sent in ["2", "-1", "\"\"", "\"ja\"", "null", "[]", "\"10\"", "1e400"] {
            let body = format!("{{\"d\":{sent}}}");
            let mut reader = open(&body);
            assert_eq!(reader.lenient_boolean("d"), None, "{sent}");
            assert!(reader.finish(()).is_err(), "{sent}");
        }
    }

    proptest! {
        #[test]
        fn no_body_is_too_strange_to_read(body in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = ObjectReader::new(&body);
        }

        #[test]
        fn text_comes_back_as_it_was_sent(text in "[^\0]*") {
            let body = serde_json::json!({ "t": text }).to_string();
            prop_assert_eq!(open(&body).text("t", usize::MAX), Patch::Set(text));
        }
    }
}
