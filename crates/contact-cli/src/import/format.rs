//! What a file is: said, or told by its name or its beginning.

use std::fmt;
use std::path::Path;

use clap::ValueEnum;
use serde_json::Value;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// A table with commas, semicolons or tabs between its cells, and headings in its first row
    Csv,
    /// A JSON object on each line
    Ndjson,
    /// An array of objects, or {"results": [...]} or {"contacts": [...]}
    Json,
}

/// The keys under which an object holds the contacts.
pub(crate) const LISTS: [&str; 2] = ["results", "contacts"];

impl FileFormat {
    /// What the name of a file tells.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// What the beginning of a file tells.
    pub(crate) fn of_beginning(text: &str) -> Self {
        let text = text.trim_start();
        if text.starts_with('[') {
            Self::Json
        } else if text.starts_with('{') {
            let first = text.lines().next().unwrap_or_default();
            match serde_json::from_str::<Value>(first) {
                Ok(object) if LISTS.iter().all(|key| !object[key].is_array()) => Self::Ndjson,
                _ => Self::Json,
            }
        } else {
            Self::Csv
        }
    }

    /// How the name of a file ends.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson | Self::Json => "ndjson",
        }
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Ndjson => "NDJSON",
            Self::Json => "JSON",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FileFormat::{Csv, Json, Ndjson};

    #[test]
    fn a_name_tells_by_its_end() {
        for (name, format) in [
            ("a.csv", Some(Csv)),
            ("A.TSV", Some(Csv)),
            ("a.b.jsonl", Some(Ndjson)),
            ("a.json", Some(Json)),
            ("a.txt", None),
            ("csv", None),
        ] {
            assert_eq!(FileFormat::of_name(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn a_beginning_tells() {
        for (text, format) in [
            ("name,email\n", Csv),
            ("", Csv),
            (" [\n", Json),
            ("{\"name\": \"x\"}\n{}\n", Ndjson),
            ("{\n \"results\": [\n", Json),
            ("{\"contacts\": []}", Json),
        ] {
            assert_eq!(FileFormat::of_beginning(text), format, "{text}");
        }
    }
}
