//! The columns of a list.

use clap::Args;
use contact_client::Include;

/// The columns of a list.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ColumnsArgs {
    /// Show these columns of a table or of CSV, separated by commas: keys of the API, such as name,tags
    #[arg(long, value_delimiter = ',', value_name = "NAMES", conflicts_with = "quiet")]
    pub(crate) columns: Vec<String>,
}

/// The prefix of a column with the values of one custom field.
const CUSTOM_FIELD: &str = "custom_fields.";

impl ColumnsArgs {
    /// Returns the optional keys of contacts that the columns need.
    pub(crate) fn include(&self) -> Include {
        self.columns.iter().fold(Include::default(), |all, name| {
            let word = if name.starts_with(CUSTOM_FIELD) { "custom_fields" } else { name };
            let mut one = Include::default();
            // A column that is not one of these keys needs nothing further.
            if one.add(word).is_ok() { all | one } else { all }
        })
    }
}
