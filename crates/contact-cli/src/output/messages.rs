//! Standard error: warnings, notes and failures.

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};

use super::cell::printable;
use crate::failure::Failure;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = Style::new().bold();
const TIP: Style = AnsiColor::Green.on_default();

/// Says why the command failed.
pub(crate) fn tell(failure: &Failure) {
    say("error", ERROR, &failure.what);
    for why in &failure.why {
        line(&format!("  {}", printable(why)));
    }
    if let Some(tip) = &failure.tip {
        line("");
        line(&format!("  {TIP}tip:{TIP:#} {}", printable(tip)));
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
        line(&printable(text));
    }
}

/// Begins a line where a bar may stand that no one takes away any more.
pub(crate) fn begin_line() {
    if io::stderr().is_terminal() {
        let _ = write!(anstream::stderr(), "\r\x1b[2K");
    }
}

fn say(kind: &str, style: Style, text: &str) {
    line(&format!("{style}{kind}:{style:#} {}", printable(text)));
}

fn line(text: &str) {
    // Where standard error is closed there is no one to tell.
    let _ = writeln!(anstream::stderr(), "{text}");
}
