//! A value in one line, as a cell of a table or of CSV has it.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::contact_file::cell::text_cell;

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
pub(crate) fn plain(value: &RawValue) -> String {
    let json = value.get();
    match json.as_bytes().first() {
        Some(b'n') => String::new(),
        Some(b'"') => {
            serde_json::from_str::<String>(json).map_or_else(|_| json.to_owned(), |text| text_cell(&text))
        }
        _ => json.to_owned(),
    }
}

/// Text without what a terminal would obey: whoever fills in a form may send an escape sequence for a name.
pub(crate) fn printable(text: &str) -> String {
    let visible = |character: char| match character {
        '\n' | '\r' | '\t' => ' ',
        control if control.is_control() => '\u{fffd}',
        // What turns the direction of the text around it.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    };
    text.chars().map(visible).collect()
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
            assert_eq!(plain(&raw(json)), spreadsheet, "{json}");
        }
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown() {
        assert_eq!(
            shown(&raw(r#""\u001b[2Jx\u009b\u202ey\u007f""#)),
            "\u{fffd}[2Jx\u{fffd}\u{fffd}y\u{fffd}"
        );
    }
}
