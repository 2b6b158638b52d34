//! What an import leaves behind: the rows that failed, the receipts, and the summary.

pub(crate) mod failed_file;
pub(crate) mod failed_rows;
pub(crate) mod receipts;
pub(crate) mod summary;
