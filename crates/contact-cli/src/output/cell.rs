//! A value in one line, as a cell of a table or of CSV has it.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use super::csv_line::CsvCell;
use super::terminal;

/// The keys of an object in their order, each with its value as it came: numbers digit for digit.
pub(crate) type Fields = IndexMap<String, Box<RawValue>>;

/// A value for people: text without quotes, nothing for `null`, lists with commas.
pub(crate) fn shown(value: &RawValue) -> String {
    let json = value.get();
    match json.as_bytes().first() {
        Some(b'n') => String::new(),
        Some(b'"') => {
            serde_json::from_str::<String>(json).map_or_else(|_| json.to_owned(), |text| printable(&text))
        }
        Some(b'[') => match serde_json::from_str::<Vec<Box<RawValue>>>(json) {
            Ok(entries) => entries.iter().map(|entry| shown(entry)).collect::<Vec<_>>().join(", "),
            Err(_) => printable(json),
        },
        Some(b'{') => match serde_json::from_str::<Fields>(json) {
            Ok(fields) => {
                let said = fields.iter().filter(|(_, value)| value.get() != "null");
                said.map(|(name, value)| format!("{}: {}", printable(name), shown(value)))
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            Err(_) => printable(json),
        },
        _ => printable(json),
    }
}

/// Returns the cell of a value in a CSV file: a text as an export writes it, so that no spreadsheet reads it as a formula;
/// nothing for `null`; JSON for everything else.
pub(crate) fn plain(value: &RawValue) -> CsvCell {
    let json = value.get();
    match json.as_bytes().first() {
        Some(b'n') => CsvCell::default(),
        Some(b'"') => match serde_json::from_str::<String>(json) {
            Ok(text) => CsvCell::text(&text),
            Err(_) => CsvCell::json(json),
        },
        _ => CsvCell::json(json),
    }
}

/// Returns the text in one line, with an escape for each character that a terminal obeys: a table has it so wherever it is
/// printed, because its columns are as wide as what stands in them.
pub(crate) fn printable(text: &str) -> String {
    terminal::escaped(&terminal::one_line(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_value_is_shown_in_one_line() {
        let cases = [
            ("null", "", ""),
            ("\"a\\nb\"", "a b", "a\nb"),
            ("1.10", "1.10", "1.10"),
            ("-5", "-5", "-5"),
            ("\"+1 (415) 555-2671\"", "+1 (415) 555-2671", "+1 (415) 555-2671"),
            ("\"=1+1\"", "=1+1", "\"=1+1\""),
            ("\"@SUM(1)\"", "@SUM(1)", "\"@SUM(1)\""),
            ("\"-1+2\"", "-1+2", "\"-1+2\""),
            ("\"+cmd|' /C calc'!A0\"", "+cmd|' /C calc'!A0", "\"+cmd|' /C calc'!A0\""),
            ("true", "true", "true"),
            (r#"["vip","lead"]"#, "vip, lead", r#"["vip","lead"]"#),
            (
                r#"{"name":"Front","x":null,"n":[1,2]}"#,
                "name: Front, n: 1, 2",
                r#"{"name":"Front","x":null,"n":[1,2]}"#,
            ),
        ];
        for (json, people, spreadsheet) in cases {
            assert_eq!(shown(&raw(json)), people, "{json}");
            assert_eq!(plain(&raw(json)).as_str(), spreadsheet, "{json}");
        }
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown() {
        let text = r"\u001b[2Jx\u009b\u202ey\u007f";
        assert_eq!(shown(&raw(&format!("\"{text}\""))), text);
    }
}
