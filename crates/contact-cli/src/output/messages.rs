//! Standard error: warnings, notes and failures.

use std::borrow::Cow;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::terminal::{self, on_standard_error, one_line};
use crate::failure::Failure;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = Style::new().bold();
const TIP: Style = AnsiColor::Green.on_default();

/// Says why the command failed.
pub(crate) fn tell(failure: &Failure) {
    say("error", ERROR, &failure.what);
    for why in &failure.why {
        line(&format!("  {}", shown(why)));
    }
    if let Some(tip) = &failure.tip {
        line("");
        let style = colour(TIP);
        line(&format!("  {style}tip:{style:#} {}", shown(tip)));
    }
}

/// Says why several things failed, but the last of them, which is what the program ends with.
///
/// # Errors
/// One of them failed: the last failure, still to be told.
pub(crate) fn last_of<const N: usize>(results: [Result<(), Failure>; N]) -> Result<(), Failure> {
    let mut failures = results.into_iter().filter_map(Result::err);
    let Some(mut last) = failures.next() else { return Ok(()) };
    for failure in failures {
        tell(&last);
        last = failure;
    }
    Err(last)
}

/// Warns of what was sent and not stored.
pub(crate) fn ignored(names: &[String]) {
    if !names.is_empty() {
        let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        warn(&format!("the server ignored {names}"));
    }
}

/// Warns of something that is not as it should be.
pub(crate) fn warn(text: &str) {
    say("warning", WARNING, text);
}

/// Says something that is worth knowing.
pub(crate) fn note(text: &str) {
    say("note", NOTE, text);
}

/// Says something without a word before it.
pub(crate) fn plain(text: &str) {
    for text in text.lines() {
        line(&shown(text));
    }
}

/// Begins a line where a bar may stand that no one takes away any more.
pub(crate) fn begin_line() {
    if terminal::is_standard_error() {
        let _ = write!(io::stderr(), "\r\x1b[2K");
    }
}

/// Asks a question on the line of its answer.
///
/// # Errors
/// Standard error cannot be written to.
pub(crate) fn ask(question: &str) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    write!(stderr, "{} ", shown(question))?;
    stderr.flush()
}

/// Writes a text of several lines.
pub(crate) fn text(text: &str) {
    line(on_standard_error(text).trim_end());
}

fn say(kind: &str, style: Style, text: &str) {
    let style = colour(style);
    line(&format!("{style}{kind}:{style:#} {}", shown(text)));
}

/// Returns the text of others in one line, without anything that a terminal would obey.
fn shown(text: &str) -> String {
    let text = one_line(text);
    match on_standard_error(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(escaped) => escaped,
    }
}

/// Returns the style if standard error has colours.
fn colour(style: Style) -> Style {
    let has_colours = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
    if has_colours { style } else { Style::new() }
}

fn line(text: &str) {
    // If standard error is closed, the message cannot be shown.
    let _ = writeln!(io::stderr(), "{text}");
}
