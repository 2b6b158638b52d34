//! The format of results.

use clap::{Args, ValueEnum};

/// The format of results.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Output format [default: table on a terminal, otherwise json]
    #[arg(long, short, global = true, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// Print only ids, one per line
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns of text
    Table,
    /// JSON as in the response; a list is one array
    Json,
    /// One JSON object per line
    Ndjson,
    /// Comma-separated values with headings; lists and objects as JSON
    Csv,
    /// YAML
    Yaml,
}
