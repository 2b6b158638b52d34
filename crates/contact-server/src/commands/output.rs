//! Prints the result of a command.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde::Serialize;

/// How to print.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct OutputArgs {
    /// How a command's result is printed
    #[arg(long, global = true, default_value = "text", value_name = "FORMAT")]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// The result of `migrate`, for programs.
#[derive(Serialize)]
pub(crate) struct Migrated {
    pub(crate) migrated: bool,
}

impl OutputArgs {
    /// Prints a result, as JSON or as the text that `text` returns.
    pub(crate) fn print(self, result: &impl Serialize, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        let printed = match self.output {
            Format::Text => text(),
            Format::Json => serde_json::to_string_pretty(result)?,
        };
        writeln!(io::stdout(), "{}", printed.trim_end())?;
        Ok(())
    }
}

/// Returns the rows below their headings. Each column is as wide as its widest cell.
pub(crate) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([headings[column].len()]).max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let padded: Vec<String> =
            cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(headings)];
    lines.extend(rows.iter().map(|row| line(std::array::from_fn(|column| row[column].as_str()))));
    lines.join("\n")
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
