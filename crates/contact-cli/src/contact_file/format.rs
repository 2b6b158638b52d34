//! The formats of exports.

use std::path::Path;

use clap::ValueEnum;

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// A row for each contact, for spreadsheets; complete
    Csv,
    /// A line of JSON for each contact, as the API returns it; complete
    #[value(alias = "jsonl")]
    Ndjson,
    /// A vCard 4.0 for each contact, for address books; without custom fields and times
    #[value(alias = "vcf")]
    Vcard,
}

impl FileFormat {
    /// Recognizes the format by the name of a file.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "vcf" | "vcard" => Some(Self::Vcard),
            _ => None,
        }
    }
}
