//! Standard output.

use std::io::{self, Write as _};

use anstyle::Style;

use super::columns::Columns;
use super::record::Record;
use super::{table, terminal};
use crate::args::columns::ColumnsArgs;
use crate::args::output::{Format, OutputArgs};
use crate::failure::Failure;

/// Prints results in the form that was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    pub(super) format: Format,
    pub(super) quiet: bool,
    pub(super) width: u16,
    pub(super) has_colours: bool,
    /// Whether the program has more to do, and to say by its exit code, where no one reads on.
    has_verdict: bool,
}

/// The width of a table if no stream is a terminal.
const WIDTH: u16 = 80;

impl Printer {
    pub(crate) fn new(args: OutputArgs) -> Self {
        let is_terminal = terminal::is_standard_output();
        let format = args.output.unwrap_or(if is_terminal { Format::Table } else { Format::Json });
        // If standard output is a pipe, as to a pager, the terminal of another stream has the width.
        let size = terminal_size::terminal_size();
        let width = size.map_or(WIDTH, |(terminal_size::Width(columns), _)| columns);
        let has_colours = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
        Self { format, quiet: args.quiet, width, has_colours, has_verdict: false }
    }

    /// Returns the columns that were chosen for a list.
    ///
    /// # Errors
    /// A column is unknown, or the output has no columns.
    pub(crate) fn columns<R: Record>(&self, args: &ColumnsArgs) -> Result<Columns, Failure> {
        if !args.columns.is_empty() && !matches!(self.format, Format::Table | Format::Csv) {
            return Err(Failure::usage("`--columns` is for tables and CSV, and the output is neither").tip(
                "add `--output table` or `--output csv`; `--include` adds optional keys of contacts to JSON",
            ));
        }
        Columns::of::<R>(&args.columns)
    }

    /// Prints the heading of a table, in bold if standard output has colours.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(super) fn heading(&self, text: &str) -> Result<(), Failure> {
        let bold = if self.has_colours { Style::new().bold() } else { Style::new() };
        self.write_safe(&format!("{bold}{}{bold:#}\n", terminal::on_standard_output(text)))
    }

    /// Prints an id, or the name that stands for one, in a line of its own.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(super) fn id(&self, id: &str) -> Result<(), Failure> {
        if terminal::is_standard_output() { self.text(&terminal::one_line(id)) } else { self.text(id) }
    }

    /// The same for what stands before a verdict: that is told, and is the exit code, also where whoever reads
    /// has read enough, as `head` does.
    pub(crate) fn before_a_verdict(self) -> Self {
        Self { has_verdict: true, ..self }
    }

    /// Whether ids alone are printed.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The form that results are printed in.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Names and values, as a table shows them.
    pub(crate) fn lines(&self, lines: &[(String, String)]) -> String {
        table::of_lines(lines, self.width)
    }

    /// Prints lines.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        self.write(&format!("{text}\n"))
    }

    /// Writes to standard output. If no one reads on, the program ends, unless a verdict follows.
    pub(super) fn write(&self, text: &str) -> Result<(), Failure> {
        self.write_safe(&terminal::on_standard_output(text))
    }

    /// Writes a text in which a terminal may obey everything.
    fn write_safe(&self, text: &str) -> Result<(), Failure> {
        if offer_safe(text)? || self.has_verdict { Ok(()) } else { leave() }
    }
}

/// Writes to standard output. If no one reads on, the program ends.
///
/// # Errors
/// Standard output cannot be written to.
pub(super) fn write(text: &str) -> Result<(), Failure> {
    if offer(text)? { Ok(()) } else { leave() }
}

/// Whoever reads has read enough, as `head` does: nothing is wrong, and nothing more is to be done.
fn leave() -> ! {
    std::process::exit(0)
}

/// Writes news of work that goes on to standard output. Returns false if no one reads it any more.
///
/// # Errors
/// Standard output cannot be written to.
pub(crate) fn offer(text: &str) -> Result<bool, Failure> {
    offer_safe(&terminal::on_standard_output(text))
}

fn offer_safe(text: &str) -> Result<bool, Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::local("standard output cannot be written to", error)),
    }
}
