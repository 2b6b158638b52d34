//! The columns of a list.

use clap::Args;
use contact_client::Include;

/// The columns of a list.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ColumnsArgs {
    /// Columns of a table or CSV, separated by commas: keys of the API, such as name,tags
    #[arg(long, value_delimiter = ',', value_name = "NAMES", conflicts_with = "quiet")]
    pub(crate) columns: Vec<String>,
}

impl ColumnsArgs {
    /// Returns the optional keys of contacts that the columns need.
    pub(crate) fn include(&self) -> Include {
        let mut include = Include::default();
        for name in &self.columns {
            // A custom field is the column `custom_fields.NAME`. Other columns are not optional keys, and are ignored.
            let _ = include.add(name.split_once('.').map_or(name, |(key, _)| key));
        }
        include
    }
}
