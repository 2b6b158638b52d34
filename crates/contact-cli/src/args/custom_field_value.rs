//! A custom field and its value: `NAME=TEXT`, or `NAME:=JSON`.

use std::str::FromStr;

use contact_client::model::JsonText;
use serde_json::value::RawValue;

/// A custom field and its new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CustomFieldValue {
    pub(crate) name: String,
    /// The value with all its digits. `None` is `null`, which removes the stored value.
    pub(crate) value: Option<JsonText>,
}

impl FromStr for CustomFieldValue {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let (name, value) = word.split_once('=').ok_or("use NAME=TEXT or NAME:=JSON")?;
        let (name, json) = match name.strip_suffix(':') {
            Some(name) => (name, value.to_owned()),
            None => (name, serde_json::Value::from(value).to_string()),
        };
        if name.is_empty() {
            return Err("the name before `=` is missing".to_owned());
        }
        let raw: &RawValue =
            serde_json::from_str(&json).map_err(|error| format!("`{json}` is not valid JSON: {error}"))?;
        let value = JsonText::new(raw).map_err(|error| error.to_string())?;
        Ok(Self { name: name.to_owned(), value: (value.as_str() != "null").then_some(value) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str) -> Result<(String, Option<String>), String> {
        let CustomFieldValue { name, value } = word.parse()?;
        Ok((name, value.map(|value| value.as_str().to_owned())))
    }

    #[test]
    fn a_value_is_text_after_one_sign_and_json_after_two() {
        let is = |word, name: &str, value: Option<&str>| {
            assert_eq!(read(word), Ok((name.to_owned(), value.map(str::to_owned))), "{word}");
        };
        is("Plan=gold", "Plan", Some("\"gold\""));
        is("Plan=", "Plan", Some("\"\""));
        is("Seats=12", "Seats", Some("\"12\""));
        is("Seats:=12", "Seats", Some("12"));
        is("Size:=1.10000000000000000001", "Size", Some("1.10000000000000000001"));
        is("a=b=c", "a", Some("\"b=c\""));
        is("Langs:=[\"en\", \"de\"]", "Langs", Some("[\"en\",\"de\"]"));
        is("Plan:=null", "Plan", None);
    }

    #[test]
    fn an_argument_without_name_or_valid_value_is_refused() {
        for word in ["Plan", "", "=gold", ":=1", "Plan:=gold", "Plan:={"] {
            assert!(read(word).is_err(), "{word}");
        }
    }
}
