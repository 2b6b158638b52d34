//! Reads the keys of a JSON object and reports what is wrong with them.

use std::collections::HashSet;

use serde_json::value::RawValue;

use super::entries::{Entries, explain_failure};
use super::location::Location;
use super::{BodyError, Coerced, ParsedBody};
use crate::json::{JsonKind, JsonText};
use crate::problem::{ViolationCode, Violations, pointer_step};
use crate::{Handling, SentBody};

/// Reads a JSON object. Each type of body takes out the keys that it knows. The keys that are left are unknown.
pub struct ObjectReader<'a> {
    entries: Vec<(String, &'a RawValue)>,
    violations: Violations,
    handling: Handling,
    coerced: Vec<Coerced>,
    repeated: Vec<String>,
    /// The unknown keys of nested objects.
    ignored_nested: Vec<String>,
}

impl<'a> ObjectReader<'a> {
    /// Opens a body.
    ///
    /// # Errors
    /// Returns an error if the body is not JSON or not an object.
    pub(crate) fn new(body: impl Into<SentBody<'a>>) -> Result<Self, BodyError> {
        let SentBody { bytes, handling } = body.into();
        match serde_json::from_slice::<Entries<'a>>(bytes) {
            Ok(Entries(entries)) => Ok(Self {
                entries,
                violations: Violations::new(),
                handling,
                coerced: Vec::new(),
                repeated: Vec::new(),
                ignored_nested: Vec::new(),
            }),
            Err(error) => Err(explain_failure(bytes, &error)),
        }
    }

    /// Returns `value` with the keys that were not taken out, and every invalid field. With strict handling,
    /// every unknown key is an invalid field too.
    pub(crate) fn finish<T>(mut self, value: T) -> (ParsedBody<T>, Violations) {
        let mut seen = HashSet::new();
        let entries = std::mem::take(&mut self.entries);
        let mut ignored: Vec<String> =
            entries.into_iter().map(|(key, _)| key).filter(|key| seen.insert(key.clone())).collect();
        if self.handling.is_strict() {
            for key in &ignored {
                let pointer = format!("/{}", pointer_step(key));
                self.refuse_pointer(
                    pointer,
                    ViolationCode::UnknownKey,
                    "The request does not take this key.",
                );
            }
        }
        let Self { violations, coerced, repeated, ignored_nested, .. } = self;
        ignored.extend(ignored_nested);
        (ParsedBody { value, ignored, coerced, repeated }, violations)
    }

    /// Returns the invalid fields that were found so far, if the other keys cannot be read.
    pub(crate) fn into_violations(self) -> Violations {
        self.violations
    }

    /// Returns how values are handled that would be ignored or stored as something else.
    pub(crate) fn handling(&self) -> Handling {
        self.handling
    }

    /// Returns a nested value as a body with the same handling.
    pub(crate) fn nested_body(&self, raw: &'a RawValue) -> SentBody<'a> {
        SentBody { bytes: raw.get().as_bytes(), handling: self.handling }
    }

    /// Returns the value of a nested object, and adds its ignored, repeated and coerced keys to those of this
    /// object, prefixed with `key`.
    pub(crate) fn merge_nested<T>(&mut self, key: &str, read: ParsedBody<T>) -> T {
        let named = |name: String| format!("{key}.{name}");
        let ParsedBody { value, ignored, coerced, repeated } = read;
        self.ignored_nested.extend(ignored.into_iter().map(named));
        self.repeated.extend(repeated.into_iter().map(named));
        self.coerced.extend(coerced.into_iter().map(|one| Coerced { field: named(one.field), ..one }));
        value
    }

    /// Takes out the key if its value is `null`, so that it counts as not sent.
    pub(crate) fn treat_null_as_absent(&mut self, key: &str) {
        if self.peek(key).is_some_and(|value| JsonKind::of(value.get()) == JsonKind::Null) {
            self.take(key);
        }
    }

    /// Refuses the keys that were not taken out, even with lenient handling.
    pub(crate) fn refuse_unknown_keys(&mut self) {
        for (key, _) in std::mem::take(&mut self.entries) {
            let pointer = format!("/{}", pointer_step(&key));
            self.refuse_pointer(pointer, ViolationCode::UnknownKey, "The request does not take this key.");
        }
    }

    /// Runs a check that involves several fields.
    pub(crate) fn check(&mut self, rule: impl FnOnce(&mut Violations)) {
        rule(&mut self.violations);
    }

    /// Reports that a required field was not sent, unless the field was reported as invalid before.
    pub(crate) fn require(&mut self, key: &str) {
        if !self.is_refused(key) {
            self.refuse(key, ViolationCode::Required, format!("{key} must be sent."));
        }
    }

    /// Returns true if the field at `key` was reported as invalid.
    pub(crate) fn is_refused(&self, key: &str) -> bool {
        let pointer = Location::from(key).pointer();
        self.violations.as_slice().iter().any(|violation| violation.pointer == pointer)
    }

    /// Returns the value of a key without taking it out. Returns `None` for a key that was taken out already.
    pub(crate) fn peek(&self, key: &str) -> Option<&'a RawValue> {
        self.entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    /// Takes out a key. If it was sent more than once, the last value is returned, as in most JSON parsers.
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
            self.note_repeated(key.to_owned(), Location::from(key).pointer());
        }
        taken
    }

    /// Notes a key that was sent more than once.
    pub(super) fn note_repeated(&mut self, name: String, pointer: String) {
        self.repeated.push(name);
        if self.handling.is_strict() {
            let detail = "The key was sent more than once, and only the last value would be used.";
            self.refuse_pointer(pointer, ViolationCode::RepeatedKey, detail);
        }
    }

    /// Notes a value that is stored as another one.
    pub(super) fn coerce(&mut self, key: &str, raw: &RawValue, stored: JsonText) {
        if self.handling.is_strict() {
            let same_kind = JsonKind::of(raw.get()) == stored.kind();
            let code = if same_kind { ViolationCode::InvalidValue } else { ViolationCode::WrongType };
            self.refuse(key, code, format!("{key} would be stored as {}.", stored.as_str()));
        }
        self.coerced.push(Coerced { field: key.to_owned(), sent: JsonText::echo(raw), stored });
    }

    /// Reports an invalid value.
    pub(super) fn refuse<'k>(
        &mut self,
        location: impl Into<Location<'k>>,
        code: ViolationCode,
        detail: impl Into<String>,
    ) {
        self.refuse_pointer(location.into().pointer(), code, detail);
    }

    /// Reports an invalid value at a JSON pointer.
    pub(super) fn refuse_pointer(&mut self, pointer: String, code: ViolationCode, detail: impl Into<String>) {
        self.violations.report(pointer, code, detail);
    }

    /// Reports a value of another type than expected.
    pub(super) fn refuse_type<'k>(
        &mut self,
        location: impl Into<Location<'k>>,
        raw: &RawValue,
        expected: &str,
    ) {
        let location = location.into();
        let sent = JsonKind::of(raw.get());
        let code = match sent {
            JsonKind::Null => ViolationCode::NullNotAllowed,
            _ => ViolationCode::WrongType,
        };
        self.refuse(location, code, format!("{} takes {expected}; {sent} was sent.", location.name));
    }

    /// Reports an object in which a name is not valid Unicode. This is the only way in which an object inside a
    /// readable body cannot be read.
    pub(super) fn refuse_names(&mut self, key: &str) {
        let detail = format!("A name in {key} contains an escape that is not a Unicode character.");
        self.refuse(key, ViolationCode::InvalidUnicode, detail);
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
    fn the_last_of_two_equal_keys_is_used() {
        let mut reader = open(r#"{"email":"a","email":"b"}"#);
        assert_eq!(reader.text("email", 9), Patch::from("b"));
        assert!(reader.finish(()).0.ignored.is_empty());
    }

    #[test]
    fn unknown_keys_are_listed_once_in_order() {
        let mut reader = open(r#"{"z":1,"notes":"x","a":2,"z":3}"#);
        reader.text("notes", 9);
        assert_eq!(reader.finish(()).0.ignored, ["z", "a"]);
    }

    #[test]
    fn all_invalid_fields_are_reported_at_once() {
        let mut reader =
            open(r#"{"a":1,"b":"x\u0000","c":"\ud800","tags":["ok",7,null],"d":null,"f":[],"l":null}"#);
        for key in ["a", "b", "c"] {
            reader.text(key, 10);
        }
        reader.tags("tags");
        reader.boolean("d");
        reader.custom_fields("f");
        reader.lead_source("l");
        let (_, violations) = reader.finish(());
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
