//! Reads values that are not only strings in JSON: booleans, numbers, lead sources and custom fields.

use std::collections::{BTreeMap, HashSet};

use serde_json::value::RawValue;

use super::ObjectReader;
use super::entries::Entries;
use crate::json::number;
use crate::json::{JsonKind, JsonText, UnfitJson};
use crate::problem::{ViolationCode, pointer_step};
use crate::{CustomFieldPatch, LeadSource, limits};

impl<'a> ObjectReader<'a> {
    /// Reads `true` or `false`.
    pub fn boolean(&mut self, key: &str) -> Option<bool> {
        let raw = self.take(key)?;
        let read = serde_json::from_str(raw.get()).ok();
        if read.is_none() {
            self.refuse_type(raw, key, &format!("/{key}"), "true or false");
        }
        read
    }

    /// Reads a boolean or a common spelling of one. Documented for a create. Decided: the spellings are
    /// true/false, yes/no, y/n, t/f, on/off and 1/0, as a string or number, in any case, with white space
    /// around it.
    pub fn lenient_boolean(&mut self, key: &str) -> Option<bool> {
        let raw = self.take(key)?;
        let read = match JsonKind::of(raw.get()) {
            JsonKind::Boolean => serde_json::from_str(raw.get()).ok(),
            JsonKind::String => {
                serde_json::from_str::<String>(raw.get()).ok().and_then(|text| spelled_boolean(&text))
            }
            JsonKind::Number => [("1", true), ("0", false)]
                .into_iter()
                .find_map(|(number, read)| number::are_equal(raw.get(), number).then_some(read)),
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

    /// Reads a lead source. Any string is accepted, as in [`LeadSource::from_sent`].
    pub fn lead_source(&mut self, key: &str) -> Option<LeadSource> {
        let raw = self.take(key)?;
        if JsonKind::of(raw.get()) != JsonKind::String {
            self.refuse_type(raw, key, &format!("/{key}"), "a string");
            return None;
        }
        // A string that is not valid Unicode is not the name of a lead source either.
        let word = serde_json::from_str::<String>(raw.get()).unwrap_or_default();
        let source = LeadSource::from_sent(&word);
        if source.as_str() != word {
            self.coerce(key, raw, JsonText::from_stored(format!("\"{}\"", source.as_str())));
        }
        Some(source)
    }

    /// Reads a number that is not negative. A number with more digits than a double can represent is rounded.
    pub fn amount(&mut self, key: &str) -> Option<f64> {
        let raw = self.take(key)?;
        if JsonKind::of(raw.get()) != JsonKind::Number {
            self.refuse_type(raw, key, &format!("/{key}"), "a number");
            return None;
        }
        // Parsing fails for a number that is too large for a double.
        let read = serde_json::from_str::<f64>(raw.get()).ok();
        let amount = read.filter(|number| number.is_finite() && *number >= 0.0);
        if amount.is_none() {
            self.refuse(
                &format!("/{key}"),
                ViolationCode::InvalidValue,
                format!("{key} takes a number that is not negative, of at most {:e}.", f64::MAX),
            );
        }
        let stored = amount.and_then(|amount| serde_json::to_string(&amount).ok());
        if let Some(stored) = stored.filter(|stored| !number::are_equal(raw.get(), stored)) {
            self.coerce(key, raw, JsonText::from_stored(stored));
        }
        amount
    }

    /// Reads the values of custom fields by name.
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
                format!("A name in {key} contains an escape that is not a Unicode character."),
            );
            return None;
        };
        let mut sent: BTreeMap<String, &RawValue> = BTreeMap::new();
        let mut repeated = HashSet::new();
        for (name, value) in entries {
            if sent.insert(name.clone(), value).is_some() && repeated.insert(name.clone()) {
                self.note_repeated(format!("{key}.{name}"), &format!("/{key}/{}", pointer_step(&name)));
            }
        }
        let mut patch = CustomFieldPatch::default();
        for (name, value) in sent {
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
            patch.0.insert(name, text);
        }
        Some(patch)
    }

    fn refuse_unfit(&mut self, unfit: UnfitJson, pointer: &str) {
        match unfit {
            UnfitJson::NulCharacter => self.refuse(
                pointer,
                ViolationCode::NulCharacter,
                "A custom field's value must not contain a NUL character.",
            ),
            UnfitJson::InvalidUnicode => self.refuse(
                pointer,
                ViolationCode::InvalidUnicode,
                "A custom field's value contains an escape that is not a Unicode character.",
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
