//! The formats of files, which are recognized by the name or the beginning of a file.

use std::fmt;

use clap::ValueEnum;
use serde_json::Value;

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// A table with commas, semicolons or tabs between its cells, and headings in its first row
    #[value(alias = "tsv")]
    Csv,
    /// A JSON object on each line
    #[value(alias = "jsonl")]
    Ndjson,
    /// An array of objects, or {"results": [...]} or {"contacts": [...]}
    Json,
    /// vCards, version 3 or 4
    #[value(alias = "vcf")]
    Vcard,
}

/// The first line of a vCard.
pub(super) const BEGIN: &str = "BEGIN:VCARD";
/// The keys of an object's list of contacts.
pub(super) const LISTS: [&str; 2] = ["results", "contacts"];

impl InputFormat {
    /// Recognizes the format by the first part of the text.
    pub(crate) fn of_beginning(text: &str) -> Self {
        let text = text.trim_start();
        if text.get(..BEGIN.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(BEGIN)) {
            Self::Vcard
        } else if text.starts_with('[') {
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

    /// Returns the extension of a file of failed rows.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson | Self::Json => "ndjson",
            Self::Vcard => "vcf",
        }
    }
}

impl fmt::Display for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Ndjson => "NDJSON",
            Self::Json => "JSON",
            Self::Vcard => "vCard",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::contact_file::format::format_of_name;
    use InputFormat::{Csv, Json, Ndjson, Vcard};

    #[test]
    fn formats_are_recognized_by_the_extension() {
        for (name, format) in [
            ("a.csv", Some(Csv)),
            ("A.TSV", Some(Csv)),
            ("a.b.jsonl", Some(Ndjson)),
            ("a.json", Some(Json)),
            ("a.vcf", Some(Vcard)),
            ("a.txt", None),
            ("csv", None),
        ] {
            assert_eq!(format_of_name(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn formats_are_recognized_by_the_first_lines() {
        for (text, format) in [
            ("name,email\n", Csv),
            ("", Csv),
            (" [\n", Json),
            ("{\"name\": \"x\"}\n{}\n", Ndjson),
            ("{\n \"results\": [\n", Json),
            ("{\"contacts\": []}", Json),
            ("begin:vcard\r\nVERSION:3.0", Vcard),
        ] {
            assert_eq!(InputFormat::of_beginning(text), format, "{text}");
        }
    }
}
