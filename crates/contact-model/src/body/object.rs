//! The keys of a body, each taken out once, and what is told of them when it is closed.

use std::collections::HashSet;

use serde_json::value::RawValue;

use super::entries::{Entries, why_no_object};
use super::{BodyError, Coerced, Read};
use crate::json_text::{JsonKind, JsonText};
use crate::violation::{Violation, ViolationCode, Violations, pointer_step};
use crate::{Handling, SentBody};

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
    pub(super) fn note_repeated(&mut self, name: String, pointer: &str) {
        self.repeated.push(name);
        self.refuse_if_strict(pointer, ViolationCode::RepeatedKey, || {
            "The key was sent more than once, and only the last would count.".to_owned()
        });
    }

    /// Notes a value that is taken for another one.
    pub(super) fn coerce(&mut self, key: &str, raw: &RawValue, stored: JsonText) {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Patch;

    fn open(body: &str) -> ObjectReader<'_> {
        ObjectReader::new(body.as_bytes()).unwrap()
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
}
