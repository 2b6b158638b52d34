//! What stands in a cell of a CSV file, and what is read of it: the same, to the last character.
//!
//! An empty cell is what is not there. A text stands as it is, unless it would be read as something else or
//! started as a formula by a spreadsheet; then it is a JSON string, with its quotes.

use std::str::FromStr;

use contact_client::model::{ContactId, JsonText, LeadSource, Timestamp};
use serde_json::Value;
use serde_json::value::RawValue;

/// A value that stands in a cell.
pub(super) trait Cell: Sized {
    /// What stands in the cell.
    fn to_cell(&self) -> String;

    /// What is read of it.
    ///
    /// # Errors
    /// What the cell takes instead.
    fn from_cell(cell: &str) -> Result<Self, String>;
}

impl Cell for Option<String> {
    fn to_cell(&self) -> String {
        match self {
            None => String::new(),
            Some(text) => text_cell(text),
        }
    }

    fn from_cell(cell: &str) -> Result<Self, String> {
        match cell.as_bytes().first() {
            None => Ok(None),
            Some(b'"') => serde_json::from_str(cell)
                .map(Some)
                .map_err(|error| format!("a text that begins with a quote is a JSON string: {error}")),
            Some(_) => Ok(Some(cell.to_owned())),
        }
    }
}

/// The value of a custom field: a text, or else JSON.
impl Cell for Option<JsonText> {
    fn to_cell(&self) -> String {
        let Some(value) = self else { return String::new() };
        // A string may also be sent with characters escaped that need not be, and comes back as it was sent.
        let is_text = |text: &String| {
            quoted(text) == value.as_str() && !text.is_empty() && json(text).is_none() && !is_formula(text)
        };
        value.as_string().filter(is_text).unwrap_or_else(|| value.as_str().to_owned())
    }

    fn from_cell(cell: &str) -> Result<Self, String> {
        let value = match json(cell) {
            _ if cell.is_empty() => return Ok(None),
            Some(value) => JsonText::new(value),
            None => JsonText::try_from(&Value::from(cell)),
        };
        let value = value.map_err(|unfit| unfit.to_string())?;
        Ok((value.as_str() != "null").then_some(value))
    }
}

/// A list is JSON, but that none is an empty cell.
impl Cell for Vec<String> {
    fn to_cell(&self) -> String {
        if self.is_empty() { String::new() } else { Value::from(self.as_slice()).to_string() }
    }

    fn from_cell(cell: &str) -> Result<Self, String> {
        if cell.is_empty() {
            return Ok(Self::new());
        }
        serde_json::from_str(cell)
            .map_err(|_| r#"use a JSON list of texts such as ["vip","lead"]"#.to_owned())
    }
}

/// Spreadsheets write `TRUE` and `FALSE`. An empty cell is false, as a key that is not sent.
impl Cell for bool {
    fn to_cell(&self) -> String {
        self.to_string()
    }

    fn from_cell(cell: &str) -> Result<Self, String> {
        match cell.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" | "" => Ok(false),
            _ => Err("use true or false".to_owned()),
        }
    }
}

macro_rules! words {
    ($($word:ty, $written:expr, $why:expr;)+) => {
        $(
            impl Cell for Option<$word> {
                fn to_cell(&self) -> String {
                    self.as_ref().map($written).unwrap_or_default()
                }

                fn from_cell(cell: &str) -> Result<Self, String> {
                    if cell.is_empty() { Ok(None) } else { <$word>::from_str(cell).map(Some).map_err($why) }
                }
            }
        )+
    };
}

words! {
    ContactId, ToString::to_string, |_| "use an id such as 3c90c3cc-0d44-4b50-8888-8dd25736052a".to_owned();
    LeadSource, |source| source.as_str().to_owned(), |why| why;
    Timestamp, ToString::to_string, |_| "use a time such as 2026-01-31T09:00:00Z".to_owned();
}

/// Returns the cell of a text: the text itself, or a JSON string if the text is empty, begins with `"`, or would be read as
/// a formula by a spreadsheet.
pub(crate) fn text_cell(text: &str) -> String {
    if text.is_empty() || text.starts_with('"') || is_formula(text) { quoted(text) } else { text.to_owned() }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The text as JSON, where it is any.
fn json(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

/// True of a text that a spreadsheet would start as a formula, which whoever fills in a form may send for a name:
/// a formula can call programs and send what stands in other cells elsewhere. A number, such as one of a phone
/// with its `+`, can do neither.
fn is_formula(text: &str) -> bool {
    let is_of_a_number = |character: char| character.is_ascii_digit() || " ().-/".contains(character);
    let mut characters = text.chars();
    match characters.next() {
        Some('=' | '@' | '＝' | '＠' | '\t' | '\r' | '\n') => true,
        Some('+' | '-' | '＋' | '－') => !characters.all(is_of_a_number),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_as_it_is_unless_it_would_be_read_as_something_else() {
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
            assert_eq!(text.to_cell(), cell);
            assert_eq!(Cell::from_cell(cell), Ok(text));
        }
        let refused = Option::<String>::from_cell("\"open").unwrap_err();
        assert!(refused.contains("JSON string"), "{refused}");
    }

    #[test]
    fn a_custom_field_stands_as_text_or_as_json() {
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
            let value = Some(JsonText::from_stored(json.to_owned()));
            assert_eq!(value.to_cell(), cell, "{json}");
            assert_eq!(Cell::from_cell(cell), Ok(value), "{json}");
        }
        assert_eq!(Option::<JsonText>::from_cell("null"), Ok(None));
        assert!(Option::<JsonText>::from_cell(r#""\u0000""#).is_err());
    }

    #[test]
    fn words_and_lists_are_read_or_it_is_said_what_is() {
        assert_eq!(Vec::<String>::from_cell(""), Ok(Vec::new()));
        assert_eq!(vec!["a,b".to_owned(), String::new()].to_cell(), r#"["a,b",""]"#);
        assert_eq!((bool::from_cell("TRUE"), bool::from_cell("")), (Ok(true), Ok(false)));
        for (refused, right) in [
            (Vec::<String>::from_cell("vip").unwrap_err(), "[\"vip\""),
            (bool::from_cell("yes").unwrap_err(), "true or false"),
            (Option::<LeadSource>::from_cell("tiktok").unwrap_err(), "webhook"),
            (Option::<ContactId>::from_cell("1").unwrap_err(), "3c90c3cc"),
            (Option::<Timestamp>::from_cell("yesterday").unwrap_err(), "2026-01-31T09:00:00Z"),
        ] {
            assert!(refused.contains(right), "{refused}");
        }
    }
}
