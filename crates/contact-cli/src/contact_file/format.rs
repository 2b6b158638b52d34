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

/// Recognizes a format by the extension of a file, which is the name of the format or an alias.
pub(crate) fn format_of_name<F: ValueEnum>(path: &Path) -> Option<F> {
    F::from_str(path.extension()?.to_str()?, true).ok()
}
