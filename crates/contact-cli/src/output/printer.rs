//! Prints results on standard output.

use std::io::{self, Write as _};

use anstyle::Style;

use super::{messages, table, terminal};
use crate::args::output::{Format, OutputArgs};
use crate::exit::Exit;
use crate::failure::Failure;

/// Prints results in the format that the user chose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    pub(super) format: Format,
    /// Whether the format was chosen with a flag.
    pub(crate) has_chosen_format: bool,
    /// Only ids are printed, and no progress.
    pub(crate) quiet: bool,
    pub(super) width: u16,
    has_colours: bool,
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
        Self { format, has_chosen_format: args.output.is_some(), quiet: args.quiet, width, has_colours }
    }

    /// Returns true if results are printed as tables.
    pub(crate) fn is_table(&self) -> bool {
        self.format == Format::Table
    }

    /// Returns the printer of an endless list, which prints each entry of JSON in one line.
    pub(crate) fn of_stream(self) -> Self {
        let format = if self.format == Format::Json { Format::Ndjson } else { self.format };
        Self { format, ..self }
    }

    /// Returns names and values as a table shows them.
    pub(crate) fn lines(&self, lines: &[(String, String)]) -> String {
        table::of_lines(lines, self.width)
    }

    /// Prints lines on standard error that `--quiet` suppresses.
    pub(crate) fn details(&self, text: &str) {
        if !self.quiet {
            messages::plain(text);
        }
    }

    /// Prints the heading of a table, in bold if standard output has colours.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(super) fn heading(&self, text: &str) -> Result<(), Failure> {
        let bold = if self.has_colours { Style::new().bold() } else { Style::new() };
        write_safe(&format!("{bold}{}{bold:#}\n", terminal::on_standard_output(text)))
    }

    /// Prints lines.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        write(&format!("{text}\n"))
    }
}

/// Writes to standard output.
///
/// # Errors
/// Standard output cannot be written to, or its reader has closed it.
pub(crate) fn write(text: &str) -> Result<(), Failure> {
    write_safe(&terminal::on_standard_output(text))
}

/// Writes a text whose control characters are meant for the terminal.
fn write_safe(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    written.map_err(|error| {
        let failure = Failure::local("cannot write to standard output", &error);
        let is_closed = error.kind() == io::ErrorKind::BrokenPipe;
        if is_closed { Failure { exit: Exit::PipeClosed, ..failure } } else { failure }
    })
}
