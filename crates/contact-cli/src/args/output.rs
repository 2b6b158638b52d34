//! How a result is printed.

use clap::{Args, ValueEnum};

const OUTPUT: &str = "Output";

/// How a result is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct OutputArgs {
    /// Print in this form; a table on a terminal and JSON elsewhere unless said otherwise
    #[arg(long, short, global = true, value_name = "FORM", help_heading = OUTPUT)]
    pub(crate) output: Option<Format>,
    /// Print ids alone, one a line
    #[arg(long, short, global = true, help_heading = OUTPUT)]
    pub(crate) quiet: bool,
}

/// A form that a result is printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// JSON as the API answers it; a list is one array
    Json,
    /// One line of JSON for each entry
    Ndjson,
    /// Comma-separated values below their names; lists and objects are JSON
    Csv,
    /// YAML
    Yaml,
}
