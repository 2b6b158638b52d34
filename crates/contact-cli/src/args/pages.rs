//! How much of a list is read.

use clap::Args;
use contact_client::model::limits;

use super::columns::ColumnsArgs;

/// How much of a list is read.
#[derive(Debug, Clone, Args)]
pub(crate) struct PagesArgs {
    /// List this many entries at most
    #[arg(long, default_value_t = u64::from(limits::DEFAULT_PAGE_SIZE), value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// List all entries, however many pages they fill
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Continue a list from the cursor that an earlier command printed
    // A cursor is base64url, so one of 64 begins with a hyphen.
    #[arg(long, value_name = "CURSOR", allow_hyphen_values = true)]
    pub(crate) cursor: Option<String>,
    #[command(flatten)]
    pub(crate) columns: ColumnsArgs,
}

impl PagesArgs {
    /// How many entries may still be read after these.
    pub(crate) fn left_after(&self, read: u64) -> u64 {
        if self.all { u64::MAX } else { self.limit.saturating_sub(read) }
    }
}

/// How many entries to ask for where this many are wanted: whole pages, so that a cursor goes on exactly
/// behind the last entry.
pub(crate) fn page_size(wanted: u64) -> u16 {
    u16::try_from(wanted).unwrap_or(limits::PAGE_SIZE).min(limits::PAGE_SIZE)
}
