//! A JSON value as a cell of a table or of CSV.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use super::csv_line::CsvCell;
use super::terminal;

/// The keys of an object in their order, with their values as JSON text, so that numbers keep their digits.
pub(crate) type Fields = IndexMap<String, Box<RawValue>>;

/// Returns a value in one line: a text without quotes, nothing for `null`, and lists separated by commas.
pub(crate) fn shown(value: &RawValue) -> String {
    let json = value.get();
    let read = match json.as_bytes().first() {
        Some(b'n') => Some(String::new()),
        Some(b'"') => serde_json::from_str::<String>(json).ok().map(|text| printable(&text)),
        Some(b'[') => serde_json::from_str::<Vec<Box<RawValue>>>(json)
            .ok()
            .map(|entries| joined(entries.iter().map(|entry| shown(entry)))),
        Some(b'{') => serde_json::from_str::<Fields>(json).ok().map(|fields| {
            let present = fields.iter().filter(|(_, value)| value.get() != "null");
            joined(present.map(|(name, value)| format!("{}: {}", printable(name), shown(value))))
        }),
        _ => None,
    };
    read.unwrap_or_else(|| printable(json))
}

/// Returns the cell of a value in a table whose columns are keys. Of a problem, it is only the detail.
pub(super) fn of_column(column: &str, value: &RawValue) -> String {
    let detail = || serde_json::from_str::<Fields>(value.get()).ok()?.swap_remove("detail");
    shown(&(column == "problem").then(detail).flatten().unwrap_or_else(|| value.to_owned()))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// Returns the cell of a value in a CSV file: a text that no spreadsheet reads as a formula, nothing for `null`, and
/// JSON for everything else.
pub(crate) fn plain(value: &RawValue) -> CsvCell {
    let json = value.get();
    match json.as_bytes().first() {
        Some(b'n') => CsvCell::default(),
        Some(b'"') => serde_json::from_str::<String>(json)
            .map_or_else(|_| CsvCell::json(json), |text| CsvCell::text(&text)),
        _ => CsvCell::json(json),
    }
}

/// Returns the text in one line, with its control characters escaped. Tables escape them for every output, because
/// the width of a column depends on its cells.
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
    fn a_value_is_one_line_of_a_table_and_one_cell_of_csv() {
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
    fn control_characters_are_escaped() {
        let text = r"\u001b[2Jx\u009b\u202ey\u007f";
        assert_eq!(shown(&raw(&format!("\"{text}\""))), text);
    }
}
