//! Reads values that are not only strings in JSON: booleans, numbers, lead sources and custom fields.

use std::collections::{BTreeMap, HashSet};

use serde_json::value::RawValue;

use super::ObjectReader;
use super::entries::Entries;
use crate::json::{JsonKind, JsonText, JsonTextError, number};
use crate::problem::{ViolationCode, pointer_step};
use crate::{CustomFieldPatch, LeadSource, limits};

impl<'a> ObjectReader<'a> {
    /// Reads `true` or `false`.
    pub(crate) fn boolean(&mut self, key: &str) -> Option<bool> {
        let raw = self.take(key)?;
        let read = serde_json::from_str(raw.get()).ok();
        if read.is_none() {
            self.refuse_type(key, raw, "true or false");
        }
        read
    }

    /// Reads a whole number from 1.
    pub(crate) fn positive_integer(&mut self, key: &str) -> Option<i64> {
        const EXPECTED: &str = "a whole number from 1";
        let raw = self.take(key)?;
        let read = serde_json::from_str(raw.get()).ok().filter(|number: &i64| *number > 0);
        match (read, JsonKind::of(raw.get())) {
            (Some(_), _) => {}
            (None, JsonKind::Number) => {
                self.refuse(key, ViolationCode::InvalidValue, format!("{key} takes {EXPECTED}."));
            }
            (None, _) => self.refuse_type(key, raw, EXPECTED),
        }
        read
    }

    /// Reads a boolean or a common spelling of one. Documented for a create. Decided: the spellings are
    /// true/false, yes/no, y/n, t/f, on/off and 1/0, as a string or number, in any case, with white space
    /// around it.
    pub(crate) fn lenient_boolean(&mut self, key: &str) -> Option<bool> {
        const EXPECTED: &str = "true or false, or a spelling of it: yes/no, y/n, t/f, on/off, 1/0";
        let raw = self.take(key)?;
        let kind = JsonKind::of(raw.get());
        let read = match kind {
            JsonKind::Boolean => return serde_json::from_str(raw.get()).ok(),
            JsonKind::String => {
                serde_json::from_str::<String>(raw.get()).ok().and_then(|text| spelled_boolean(&text))
            }
            JsonKind::Number if number::are_equal(raw.get(), "1") => Some(true),
            JsonKind::Number if number::are_equal(raw.get(), "0") => Some(false),
            JsonKind::Number | JsonKind::Null | JsonKind::Array | JsonKind::Object => None,
        };
        match (read, kind) {
            (Some(read), _) => self.coerce(key, raw, JsonText::from_stored(read.to_string())),
            (None, JsonKind::String | JsonKind::Number) => {
                self.refuse(key, ViolationCode::InvalidValue, format!("{key} takes {EXPECTED}."));
            }
            (None, _) => self.refuse_type(key, raw, EXPECTED),
        }
        read
    }

    /// Reads a lead source. Any string is accepted, as in [`LeadSource::from_sent`].
    pub(crate) fn lead_source(&mut self, key: &str) -> Option<LeadSource> {
        let raw = self.take_of(key, JsonKind::String)?;
        // A string that is not valid Unicode is not the name of a lead source either.
        let word = serde_json::from_str::<String>(raw.get()).unwrap_or_default();
        let source = LeadSource::from_sent(&word);
        if source.as_str() != word {
            self.coerce(key, raw, JsonText::from_stored(format!("\"{source}\"")));
        }
        Some(source)
    }

    /// Reads a number that is not negative. A number with more digits than a double can represent is rounded.
    pub(crate) fn non_negative_number(&mut self, key: &str) -> Option<f64> {
        let raw = self.take_of(key, JsonKind::Number)?;
        // Parsing fails for a number that is too large for a double.
        let read = serde_json::from_str::<f64>(raw.get()).ok();
        let amount = read.filter(|number| number.is_finite() && *number >= 0.0);
        if amount.is_none() {
            let detail = format!("{key} takes a number that is not negative, of at most {:e}.", f64::MAX);
            self.refuse(key, ViolationCode::InvalidValue, detail);
        }
        let stored = amount.and_then(|amount| serde_json::to_string(&amount).ok());
        if let Some(stored) = stored.filter(|stored| !number::are_equal(raw.get(), stored)) {
            self.coerce(key, raw, JsonText::from_stored(stored));
        }
        amount
    }

    /// Reads a required whole number of at least 1. If it is invalid, returns 1, which is never used because the body
    /// is refused.
    pub(crate) fn required_positive_integer(&mut self, key: &str) -> i64 {
        if self.peek(key).is_none() {
            self.require(key);
            return 1;
        }
        let Some(raw) = self.take_of(key, JsonKind::Number) else { return 1 };
        // A number such as `7.0` is a whole number too.
        let text = raw.get().strip_suffix(".0").unwrap_or(raw.get());
        match serde_json::from_str::<i64>(text) {
            Ok(number) if number >= 1 => number,
            _ => {
                let detail = format!("{key} takes a whole number from 1 to {}.", i64::MAX);
                self.refuse(key, ViolationCode::InvalidValue, detail);
                1
            }
        }
    }

    /// Reads the values of custom fields by name.
    pub(crate) fn custom_fields(&mut self, key: &str) -> Option<CustomFieldPatch> {
        let raw = self.take_of(key, JsonKind::Object)?;
        let Ok(Entries(entries)) = serde_json::from_str::<Entries<'a>>(raw.get()) else {
            self.refuse_names(key);
            return None;
        };
        let pointer = |name: &str| format!("/{key}/{}", pointer_step(name));
        let mut sent: BTreeMap<String, &RawValue> = BTreeMap::new();
        let mut repeated = HashSet::new();
        for (name, value) in entries {
            if sent.insert(name.clone(), value).is_some() && repeated.insert(name.clone()) {
                self.note_repeated(format!("{key}.{name}"), pointer(&name));
            }
        }
        let mut patch = CustomFieldPatch::default();
        for (name, value) in sent {
            if JsonKind::of(value.get()) == JsonKind::Null {
                patch.0.insert(name, None);
                continue;
            }
            match JsonText::new(value) {
                Ok(text) => drop(patch.0.insert(name, Some(text))),
                Err(error) => self.refuse_custom_field(error, pointer(&name)),
            }
        }
        Some(patch)
    }

    /// Takes out a key whose value must be of this kind.
    fn take_of(&mut self, key: &str, kind: JsonKind) -> Option<&'a RawValue> {
        let raw = self.take(key)?;
        if JsonKind::of(raw.get()) == kind {
            return Some(raw);
        }
        self.refuse_type(key, raw, &kind.to_string());
        None
    }

    fn refuse_custom_field(&mut self, error: JsonTextError, pointer: String) {
        let depth = limits::CUSTOM_FIELD_DEPTH;
        let (code, problem) = match error {
            JsonTextError::NulCharacter => {
                (ViolationCode::NulCharacter, "must not contain a NUL character".to_owned())
            }
            JsonTextError::InvalidUnicode => (
                ViolationCode::InvalidUnicode,
                "contains an escape that is not a Unicode character".to_owned(),
            ),
            JsonTextError::TooDeep => {
                (ViolationCode::TooDeep, format!("takes at most {depth} levels of arrays and objects"))
            }
        };
        self.refuse_pointer(pointer, code, format!("A custom field's value {problem}."));
    }
}

/// Reads a boolean from a common spelling: true/false, yes/no, y/n, t/f, on/off or 1/0, in any case and with
/// white space around it. Documented for a create. Decided: the list of spellings.
pub fn spelled_boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "t" | "on" | "1" => Some(true),
        "false" | "no" | "n" | "f" | "off" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(body: &str) -> ObjectReader<'_> {
        ObjectReader::new(body.as_bytes()).unwrap()
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
        for sent in [
            "2",
            "-1",
            "\"\"",
            "\"ja\"",
            "null",
            "[]",
            "\"10\"",
            "1e400",
            "1e-400",
            "0.9999999999999999999999",
        ] {
            let body = format!("{{\"d\":{sent}}}");
            let mut reader = open(&body);
            assert_eq!(reader.lenient_boolean("d"), None, "{sent}");
            assert!(!reader.finish(()).1.is_empty(), "{sent}");
        }
    }
}
