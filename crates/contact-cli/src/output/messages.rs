//! Writes errors, warnings and notes to standard error.

use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::terminal::{self, on_standard_error, one_line};
use crate::exit::Exit;
use crate::failure::Failure;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = Style::new().bold();
const TIP: Style = AnsiColor::Green.on_default();

/// Prints the command that undoes an operation.
pub(crate) fn to_undo(operation_id: &str) {
    note(&format!("to undo: `contacts undo --operation {operation_id}`"));
}

/// Prints why the command failed.
pub(crate) fn error(failure: &Failure) {
    if failure.exit == Exit::PipeClosed {
        return;
    }
    labelled("error", ERROR, &failure.what);
    for why in &failure.why {
        line(&format!("  {}", escaped_line(why)));
    }
    if let Some(tip) = &failure.tip {
        line("");
        labelled("  tip", TIP, tip);
    }
}

/// Prints all errors but the last, which ends the program.
///
/// # Errors
/// Returns the last error, if there is any. A closed pipe is an error only if there is no other.
pub(crate) fn last_of<const N: usize>(results: [Result<(), Failure>; N]) -> Result<(), Failure> {
    let mut failures: Vec<Failure> = results.into_iter().filter_map(Result::err).collect();
    failures.sort_by_key(|failure| failure.exit != Exit::PipeClosed);
    let Some(last) = failures.pop() else { return Ok(()) };
    failures.iter().for_each(error);
    Err(last)
}

/// Prints a warning.
pub(crate) fn warn(text: &str) {
    labelled("warning", WARNING, text);
}

/// Prints a note.
pub(crate) fn note(text: &str) {
    labelled("note", NOTE, text);
}

/// Prints lines without a label.
pub(crate) fn plain(text: &str) {
    text.lines().for_each(|text| line(&escaped_line(text)));
}

/// Clears the line of a progress bar, on a terminal.
pub(crate) fn clear_line() {
    if terminal::is_standard_error() {
        let _ = write!(io::stderr(), "\r\x1b[2K");
    }
}

/// Prints a question, and returns the next line of standard input.
///
/// # Errors
/// Standard error cannot be written to, or standard input cannot be read.
pub(crate) fn ask(question: &str) -> io::Result<String> {
    write!(io::stderr(), "{} ", escaped_line(question))?;
    io::stderr().flush()?;
    read_line()
}

/// Returns the next line of standard input without the spaces around it.
///
/// # Errors
/// Standard input cannot be read.
pub(crate) fn read_line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// Prints a text of several lines.
pub(crate) fn text(text: &str) {
    line(on_standard_error(text).trim_end());
}

fn labelled(label: &str, style: Style, text: &str) {
    let has_colours = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
    let style = if has_colours { style } else { Style::new() };
    line(&format!("{style}{label}:{style:#} {}", escaped_line(text)));
}

fn escaped_line(text: &str) -> String {
    on_standard_error(&one_line(text)).into_owned()
}

fn line(text: &str) {
    // If standard error is closed, the message cannot be shown.
    let _ = writeln!(io::stderr(), "{text}");
}
