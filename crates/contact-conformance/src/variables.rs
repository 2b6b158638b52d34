//! What stands between braces in a case: what is known by now, and what is made up for it.

use indexmap::IndexMap;
use serde_json::Value;

/// A variable that has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{{{0}}}` has no value")]
pub(crate) struct Unknown(pub(crate) String);

/// Values by their names, of one run of one case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables {
    values: IndexMap<String, Value>,
}

/// What can be made up, by the beginning of its name: `{new_email}`, `{new_email_2}` and so on are each
/// another one, and the same wherever the name stands again.
const MADE_UP: [&str; 7] =
    ["new_phone", "new_email", "new_uuid", "new_word", "area", "exchange", "four_digits"];

/// Area codes of the United States that belong to no place and to no one who is called: machines have them. With
/// any exchange and four digits they are numbers that libphonenumber calls valid, for a server may normalise no
/// others; forty-eight million, so that none is met a second time, nor in a company's data. The numbers of films and
/// books, 555-0100 to 555-0199, are few, and stand in much data that is made up.
const AREAS: [u16; 6] = [500, 533, 544, 566, 577, 588];

impl Variables {
    /// Gives a variable its value.
    pub(crate) fn set(&mut self, name: impl Into<String>, value: Value) {
        self.values.insert(name.into(), value);
    }

    /// The variable of this name, made up where it is one of those and stands for the first time;
    /// `a.b` is the key `b` of the object `a`.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn get(&mut self, name: &str) -> Result<&Value, Unknown> {
        let (first, inner) = name.split_once('.').map_or((name, None), |(first, inner)| (first, Some(inner)));
        if !self.values.contains_key(first)
            && let Some(made_up) = make_up(first)
        {
            self.set(first, made_up);
        }
        let value = self.values.get(first);
        let value = value.and_then(|value| inner.map_or(Some(value), |key| value.get(key)));
        value.ok_or_else(|| Unknown(name.to_owned()))
    }

    /// A text with the variables put in; one that is nothing but a variable is the variable's value.
    ///
    /// # Errors
    /// A variable has no value.
    pub(crate) fn value_of(&mut self, text: &str) -> Result<Value, Unknown> {
        match names(text).as_slice() {
            [name] if text.len() == name.len() + 2 => self.get(name).cloned(),
            _ => self.text_of(text).map(Value::from),
        }
    }

    /// A text with the variables put in.
    ///
    /// # Errors
    /// A variable has no value.
    pub(crate) fn text_of(&mut self, text: &str) -> Result<String, Unknown> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        for name in names(text) {
            let marked = format!("{{{name}}}");
            // Each name was found in the text, in this order.
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

/// The names of the variables in a text, in their order. A name is of small letters, digits, `_` and `.`, so
/// that JSON may stand in a text as it is.
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

/// What the name is made up as, if it is the name of something that is.
pub(crate) fn made_up_kind(name: &str) -> Option<&'static str> {
    let is_of =
        |kind: &str| name.strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    MADE_UP.into_iter().find(|kind| is_of(kind))
}

fn make_up(name: &str) -> Option<Value> {
    let text = match made_up_kind(name)? {
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

/// A number that is possible and no one's: the area codes from 370 to 379 are kept for a longer form of
/// number, and so belong to no place. Eighty million of them are enough to meet none a second time.
pub(crate) fn phone() -> String {
    let (area, number) = (rand::random_range(370..380), rand::random_range(2_000_000..10_000_000));
    format!("+1{area}{number}")
}

/// An email address that no one has.
pub(crate) fn email() -> String {
    format!("conformance-{}@example.com", word())
}

/// A word that no one has used: sixteen small letters.
pub(crate) fn word() -> String {
    (0..16).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_is_the_same_wherever_its_name_stands() {
        let mut variables = Variables::default();
        let first = variables.text_of("{new_phone} {new_email} {new_uuid}").unwrap();
        assert_eq!(variables.text_of("{new_phone} {new_email} {new_uuid}").unwrap(), first);
        assert_ne!(variables.text_of("{new_phone_2} {new_email_2} {new_uuid_2}").unwrap(), first);
        assert_eq!(variables.get("new_phone").unwrap().as_str().unwrap().len(), "+13705550100".len());
        assert_eq!(variables.text_of("{new_phones}"), Err(Unknown("new_phones".to_owned())));
    }

    #[test]
    fn json_in_a_text_is_no_variable() {
        assert_eq!(names(r#"{"a":{"b":1}} {} {A} {1} { a } {new_word} {a.b}"#), ["new_word", "a.b"]);
        assert_eq!(Variables::default().text_of("{x").unwrap(), "{x");
    }
}
