//! Removes values from a text that differ from run to run.

use serde_json::Value;

/// Returns the text with these values replaced by names. Columns are as wide as their widest cell, so longer runs of
/// spaces are replaced by two spaces.
pub(crate) fn redact<'v>(text: &str, named: impl IntoIterator<Item = (&'v Value, &'v str)>) -> String {
    let mut text = text.to_owned();
    for (value, name) in named {
        let value = value.as_str().unwrap_or_else(|| panic!("{name} is not a string: {value}"));
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
