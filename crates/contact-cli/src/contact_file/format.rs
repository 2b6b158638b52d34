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
    /// Returns the format whose name or alias is the extension of a file.
    pub(crate) fn of_name(path: &Path) -> Option<Self> {
        Self::from_str(path.extension()?.to_str()?, true).ok()
    }
}
