//! What differs from run to run, taken out of a text.

use serde_json::Value;

/// The text with each of these values, as the JSON of a command gave them, named instead. Columns
/// are as wide as their widest cell, so runs of spaces are cut to two.
pub(crate) fn redacted<'v>(text: &str, named: impl IntoIterator<Item = (&'v Value, &'v str)>) -> String {
    let mut text = text.to_owned();
    for (value, name) in named {
        let value = value.as_str().unwrap_or_else(|| panic!("{name} is no text: {value}"));
        assert!(text.contains(value), "no {name} in {text}");
        text = text.replace(value, name);
    }
    let lines = text.lines().map(|line| {
        let indent = line.len() - line.trim_start().len();
        let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        format!("{}{}", &line[..indent], cells.join("  "))
    });
    lines.collect::<Vec<_>>().join("\n")
}
