//! Converts the values of a contact to cells of an export and back, to the last character.
//!
//! The cell of a missing value is empty. A text is written as it is, unless it would be read as something else or a
//! spreadsheet would run it as a formula. Then it is written as a JSON string, with its quotes.

use contact_client::model::{ContactId, JsonText, LeadSource, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::output::cell::plain;
use crate::output::csv_line::{CsvCell, is_formula};

/// A value that an export writes to a cell: a text, or JSON for other values. An empty cell is read as the default, as
/// an insert reads a missing key.
pub(crate) trait Cell: Serialize + DeserializeOwned + Default {
    /// What a cell takes, for the error.
    const TAKES: &'static str;

    /// Returns the cell.
    fn to_cell(&self) -> CsvCell {
        match to_raw_value(self) {
            Ok(json) if json.get() != "[]" => plain(&json),
            _ => CsvCell::default(),
        }
    }

    /// Reads a cell.
    ///
    /// # Errors
    /// Returns what the cell takes instead.
    fn from_cell(cell: &str) -> Result<Self, String> {
        let read = match cell.as_bytes().first() {
            None => return Ok(Self::default()),
            Some(b'"') => serde_json::from_str(cell),
            Some(_) => Self::deserialize(Value::from(cell))
                .or_else(|error| serde_json::from_str(cell).map_err(|_| error)),
        };
        read.map_err(|error| format!("{}: {error}", Self::TAKES))
    }
}

impl Cell for Option<String> {
    const TAKES: &'static str = "a text that begins with a quote is a JSON string";
}

impl Cell for Vec<String> {
    const TAKES: &'static str = r#"use a JSON list of texts such as ["vip","lead"]"#;
}

impl Cell for bool {
    const TAKES: &'static str = "use true or false";

    /// Reads `TRUE` and `FALSE` too, as spreadsheets write them.
    fn from_cell(cell: &str) -> Result<Self, String> {
        match cell.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" | "" => Ok(false),
            _ => Err(Self::TAKES.to_owned()),
        }
    }
}

impl Cell for LeadSource {
    const TAKES: &'static str = "use a lead source";
}

impl Cell for Option<ContactId> {
    const TAKES: &'static str = "use an id such as 3c90c3cc-0d44-4b50-8888-8dd25736052a";
}

impl Cell for Option<Timestamp> {
    const TAKES: &'static str = "use a time such as 2026-01-31T09:00:00Z";
}

/// Returns the cell of a custom field: a text, or JSON for other values.
pub(crate) fn of_custom_field(value: Option<&JsonText>) -> CsvCell {
    let Some(value) = value else { return CsvCell::default() };
    // A string whose JSON has more escapes than needed is written as that JSON, so that it stays the same.
    let is_text = |text: &String| {
        serde_json::to_string(text).is_ok_and(|json| json == value.as_str())
            && !text.is_empty()
            && json(text).is_none()
            && !is_formula(text)
    };
    match value.as_string().filter(is_text) {
        Some(text) => CsvCell::unquoted(&text),
        None => CsvCell::json(value.as_str()),
    }
}

/// Reads the cell of a custom field.
///
/// # Errors
/// Returns why no custom field takes the value.
pub(crate) fn custom_field(cell: &str) -> Result<Option<JsonText>, String> {
    let value = match json(cell) {
        _ if cell.is_empty() => return Ok(None),
        Some(value) => JsonText::new(value),
        None => JsonText::try_from(&Value::from(cell)),
    };
    let value = value.map_err(|unfit| unfit.to_string())?;
    Ok((value.as_str() != "null").then_some(value))
}

/// Returns the text if it is JSON.
fn json(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_would_be_misread_are_written_as_json_strings() {
        for (text, cell) in [
            (None, ""),
            (Some(""), r#""""#),
            (Some("Jane \"JD\" Doe"), "Jane \"JD\" Doe"),
            (Some("\"JD\""), r#""\"JD\"""#),
            (Some("two\nlines"), "two\nlines"),
            (Some("null"), "null"),
            (Some("+1 (415) 555-2671"), "+1 (415) 555-2671"),
            (Some("-"), "-"),
            (Some("=HYPERLINK(\"http://a\")"), r#""=HYPERLINK(\"http://a\")""#),
            (Some("+cmd|' /C calc'!A0"), r#""+cmd|' /C calc'!A0""#),
            (Some("@SUM(1)"), r#""@SUM(1)""#),
            (Some("\t=1"), r#""\t=1""#),
        ] {
            let text = text.map(str::to_owned);
            assert_eq!(text.to_cell().as_str(), cell);
            assert_eq!(Cell::from_cell(cell), Ok(text));
        }
        let refused = Option::<String>::from_cell("\"open").unwrap_err();
        assert!(refused.contains("JSON string"), "{refused}");
    }

    #[test]
    fn custom_fields_are_written_as_texts_or_json() {
        for (json, cell) in [
            (r#""gold""#, "gold"),
            (r#""""#, r#""""#),
            (r#""12""#, r#""12""#),
            ("12", "12"),
            ("1.10000000000000000001", "1.10000000000000000001"),
            (r#""null""#, r#""null""#),
            (r#"" true ""#, r#"" true ""#),
            ("true", "true"),
            (r#"["en","de"]"#, r#"["en","de"]"#),
            (r#""\u00e9""#, r#""\u00e9""#),
            (r#""é""#, "é"),
            (r#""\"open""#, "\"open"),
            (r#""=1+1""#, r#""=1+1""#),
            ("-5", "-5"),
        ] {
            let value = JsonText::from_stored(json.to_owned());
            assert_eq!(of_custom_field(Some(&value)).as_str(), cell, "{json}");
            assert_eq!(custom_field(cell), Ok(Some(value)), "{json}");
        }
        assert_eq!(custom_field("null"), Ok(None));
        assert!(custom_field(r#""\u0000""#).is_err());
    }

    #[test]
    fn other_values_are_read_or_refused_with_the_right_form() {
        assert_eq!(Vec::<String>::from_cell(""), Ok(Vec::new()));
        assert_eq!(vec!["a,b".to_owned(), String::new()].to_cell().as_str(), r#"["a,b",""]"#);
        assert_eq!((bool::from_cell("TRUE"), bool::from_cell("")), (Ok(true), Ok(false)));
        for (refused, right) in [
            (Vec::<String>::from_cell("vip").unwrap_err(), "[\"vip\""),
            (bool::from_cell("yes").unwrap_err(), "true or false"),
            (LeadSource::from_cell("tiktok").unwrap_err(), "webhook"),
            (Option::<ContactId>::from_cell("1").unwrap_err(), "3c90c3cc"),
            (Option::<Timestamp>::from_cell("yesterday").unwrap_err(), "2026-01-31T09:00:00Z"),
        ] {
            assert!(refused.contains(right), "{refused}");
        }
    }
}
