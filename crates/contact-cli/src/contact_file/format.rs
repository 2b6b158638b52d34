//! The forms of a file with contacts.

use std::path::Path;

use clap::ValueEnum;

/// A form of a file with contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// A row for each contact, for spreadsheets: everything
    Csv,
    /// A line of JSON for each contact: everything, as the API answers it
    #[value(alias = "jsonl")]
    Ndjson,
    /// A vCard 4.0 for each contact, for address books: what they know of a person
    #[value(alias = "vcf")]
    Vcard,
}

impl FileFormat {
    /// The form of a file with this name, as far as the name tells.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "vcf" | "vcard" => Some(Self::Vcard),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_form() {
        for (name, format) in [
            ("contacts.csv", Some(FileFormat::Csv)),
            ("out/Contacts.CSV", Some(FileFormat::Csv)),
            ("contacts.2026.ndjson", Some(FileFormat::Ndjson)),
            ("contacts.jsonl", Some(FileFormat::Ndjson)),
            ("contacts.vcf", Some(FileFormat::Vcard)),
            ("contacts.json", None),
            ("csv", None),
            (".csv", None),
        ] {
            assert_eq!(FileFormat::of_name(Path::new(name)), format, "{name}");
        }
    }
}
