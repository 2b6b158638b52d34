//! Prints the result of a command.

use std::io::{self, IsTerminal as _, Write};

use clap::{Args, ValueEnum};
use serde::Serialize;

/// How the result of a command is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Output {
    /// Output format of a command [default: table on a terminal, otherwise json]
    #[arg(long = "output", short = 'o', global = true, value_name = "FORMAT")]
    format: Option<OutputFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people
    #[value(alias = "text")]
    Table,
    /// For programs
    Json,
}

impl Output {
    /// Prints a result, as JSON or as the text that `text` returns.
    pub(super) fn print(self, result: &impl Serialize, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        let default = if io::stdout().is_terminal() { OutputFormat::Table } else { OutputFormat::Json };
        let printed = match self.format.unwrap_or(default) {
            OutputFormat::Table => text(),
            OutputFormat::Json => serde_json::to_string_pretty(result)?,
        };
        Ok(print(&printed)?)
    }
}

/// Prints a text to standard output. Succeeds if the reader has closed it, as `head` does.
pub(super) fn print(text: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Returns the rows below their headings. Each column is as wide as its widest cell.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let headings = headings.map(str::to_owned);
    let lines: Vec<_> = std::iter::once(&headings).chain(rows).collect();
    let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: &&[String; N]| {
        let padded: Vec<String> =
            cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["1".to_owned(), "Ämter".to_owned()], ["22".to_owned(), String::new()]];
        assert_eq!(table(["ID", "NAME"], &rows), "ID  NAME\n1   Ämter\n22");
    }
}
