//! The variables of a case, and the values that are generated for them.

use indexmap::IndexMap;
use serde_json::Value;

/// A variable without a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{{{0}}}` has no value")]
pub(crate) struct Unknown(pub(crate) String);

/// The values of variables in one run of a case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables {
    values: IndexMap<String, Value>,
}

/// The generated variables, by the beginning of their names: `{new_email}` and `{new_email_2}` have different values,
/// and each has the same value everywhere in a run.
const GENERATED: [&str; 7] =
    ["new_phone", "new_email", "new_uuid", "new_word", "area", "exchange", "four_digits"];

/// Non-geographic area codes of the United States. With any exchange and four digits they are 48 million numbers that
/// libphonenumber considers valid, which matters because a server may normalise only valid numbers. The fictional
/// numbers 555-0100 to 555-0199 are too few, and appear in much test data.
const AREAS: [u16; 6] = [500, 533, 544, 566, 577, 588];

impl Variables {
    /// Sets the value of a variable.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: Value) {
        self.values.insert(name.into(), value);
    }

    /// Returns the value of a variable, and generates it if its name is that of a generated variable. `a.b` is the
    /// key `b` of the object `a`.
    ///
    /// # Errors
    /// The variable has no value.
    pub(crate) fn get(&mut self, name: &str) -> Result<&Value, Unknown> {
        let (first, inner) = name.split_once('.').map_or((name, None), |(first, inner)| (first, Some(inner)));
        if !self.values.contains_key(first)
            && let Some(generated) = generate(first)
        {
            self.set(first, generated);
        }
        let value = self.values.get(first);
        let value = value.and_then(|value| inner.map_or(Some(value), |key| value.get(key)));
        value.ok_or_else(|| Unknown(name.to_owned()))
    }

    /// Replaces the variables in a text. Returns the value of the variable if the text consists of one variable.
    ///
    /// # Errors
    /// A variable has no value.
    pub(crate) fn value_of(&mut self, text: &str) -> Result<Value, Unknown> {
        match names(text).as_slice() {
            [name] if text.len() == name.len() + 2 => self.get(name).cloned(),
            _ => self.text_of(text).map(Value::from),
        }
    }

    /// Replaces the variables in a text.
    ///
    /// # Errors
    /// A variable has no value.
    pub(crate) fn text_of(&mut self, text: &str) -> Result<String, Unknown> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        for name in names(text) {
            let marked = format!("{{{name}}}");
            // Each name was found in the text in this order.
            let Some((before, after)) = rest.split_once(&marked) else { continue };
            filled += before;
            match self.get(name)? {
                Value::String(text) => filled += text,
                other => filled += &other.to_string(),
            }
            rest = after;
        }
        Ok(filled + rest)
    }
}

/// Returns the names of the variables in a text. A name consists of lowercase letters, digits, `_` and `.`, so a text
/// may contain JSON.
pub(crate) fn names(text: &str) -> Vec<&str> {
    let opened = text.match_indices('{').filter_map(|(at, _)| text.get(at + 1..));
    let closed = opened.filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    let is_name = |name: &&str| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_.".contains(letter))
    };
    closed.filter(is_name).collect()
}

/// Returns the kind of a generated variable.
pub(crate) fn generated_kind(name: &str) -> Option<&'static str> {
    let is_of =
        |kind: &str| name.strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    GENERATED.into_iter().find(|kind| is_of(kind))
}

fn generate(name: &str) -> Option<Value> {
    let text = match generated_kind(name)? {
        "new_phone" => phone(),
        "new_email" => email(),
        "new_uuid" => uuid::Builder::from_random_bytes(rand::random()).into_uuid().to_string(),
        "area" => AREAS[rand::random_range(0..AREAS.len())].to_string(),
        "exchange" => rand::random_range(200..1_000).to_string(),
        "four_digits" => format!("{:04}", rand::random_range(0..10_000)),
        _ => word(),
    };
    Some(text.into())
}

/// Returns a phone number that nobody has: the area codes from 370 to 379 are reserved. 80 million of them make a
/// repetition unlikely.
pub(crate) fn phone() -> String {
    let (area, number) = (rand::random_range(370..380), rand::random_range(2_000_000..10_000_000));
    format!("+1{area}{number}")
}

/// Returns a new email address.
pub(crate) fn email() -> String {
    format!("conformance-{}@example.com", word())
}

/// Returns a random word of sixteen lowercase letters.
pub(crate) fn word() -> String {
    (0..16).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_value_is_the_same_everywhere_in_a_run() {
        let mut variables = Variables::default();
        let first = variables.text_of("{new_phone} {new_email} {new_uuid}").unwrap();
        assert_eq!(variables.text_of("{new_phone} {new_email} {new_uuid}").unwrap(), first);
        assert_ne!(variables.text_of("{new_phone_2} {new_email_2} {new_uuid_2}").unwrap(), first);
        assert_eq!(variables.get("new_phone").unwrap().as_str().unwrap().len(), "+13705550100".len());
        assert_eq!(variables.text_of("{new_phones}"), Err(Unknown("new_phones".to_owned())));
    }

    #[test]
    fn json_in_a_text_is_not_a_variable() {
        assert_eq!(names(r#"{"a":{"b":1}} {} {A} {1} { a } {new_word} {a.b}"#), ["new_word", "a.b"]);
        assert_eq!(Variables::default().text_of("{x").unwrap(), "{x");
    }
}
