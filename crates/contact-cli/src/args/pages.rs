//! The part of a list to read.

use clap::Args;
use contact_client::model::limits;

use super::columns::ColumnsArgs;

/// The part of a list to read.
#[derive(Debug, Clone, Args)]
pub(crate) struct PagesArgs {
    /// Maximum number of entries
    #[arg(long, default_value_t = u64::from(limits::DEFAULT_PAGE_SIZE), value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// List all entries
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Continue after this cursor, which an earlier command printed
    // A cursor is base64url, so one of 64 begins with a hyphen.
    #[arg(long, value_name = "CURSOR", allow_hyphen_values = true)]
    pub(crate) cursor: Option<String>,
    #[command(flatten)]
    pub(crate) columns: ColumnsArgs,
}

impl PagesArgs {
    /// Returns the size of the next page after this number of entries, or 0 if they are enough. The last page ends with the
    /// last entry, so that its cursor continues after it.
    pub(crate) fn page_size(&self, read: u64) -> u16 {
        let left = if self.all { u64::MAX } else { self.limit.saturating_sub(read) };
        u16::try_from(left).unwrap_or(limits::PAGE_SIZE).min(limits::PAGE_SIZE)
    }
}
