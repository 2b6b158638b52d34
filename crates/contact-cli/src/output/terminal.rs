//! Text on a terminal.
//!
//! Contacts, files and servers are written by others, and a terminal obeys some of the characters in them: they move the
//! cursor, change what is on the screen, or reverse the order of the text around them. On a terminal, each of them is
//! shown as an escape such as `\u001b`, which is also what JSON writes for it. Anywhere else, a text stays as it is.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};

/// Returns the text as standard output shows it.
pub(super) fn on_standard_output(text: &str) -> Cow<'_, str> {
    if is_standard_output() { escaped(text) } else { text.into() }
}

/// Returns the text as standard error shows it.
pub(super) fn on_standard_error(text: &str) -> Cow<'_, str> {
    if is_standard_error() { escaped(text) } else { text.into() }
}

/// Returns true if standard output is a terminal.
pub(crate) fn is_standard_output() -> bool {
    io::stdout().is_terminal()
}

/// Returns true if standard error is a terminal.
pub(crate) fn is_standard_error() -> bool {
    io::stderr().is_terminal()
}

/// Returns the text with an escape for each character that a terminal obeys. Line breaks and tabs stay.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if is_safe(text) {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends_line = character == '\r' && characters.peek() == Some(&'\n');
        if is_obeyed(character) && !ends_line {
            // Writing into a string cannot fail. Every such character has four digits.
            let _ = write!(safe, "\\u{:04x}", u32::from(character));
        } else {
            safe.push(character);
        }
    }
    safe.into()
}

/// Returns true if a terminal shows the text and obeys nothing in it.
pub(crate) fn is_safe(text: &str) -> bool {
    !text.chars().any(is_obeyed)
}

/// Returns the text in one line, for a table or a message.
pub(super) fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ")
}

/// Returns true for control characters, the separators of lines and paragraphs, and the characters that change the
/// direction of text.
fn is_obeyed(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_that_is_escaped() {
        for (text, shown) in [
            ("jane doe", "jane doe"),
            ("two\nlines\tof text\r\n", "two\nlines\tof text\r\n"),
            ("\u{1b}[2J", "\\u001b[2J"),
            ("a\rb", "a\\u000db"),
            ("\0\u{7}\u{8}\u{7f}\u{85}\u{9b}", "\\u0000\\u0007\\u0008\\u007f\\u0085\\u009b"),
            ("\u{61c}\u{200e}\u{200f}", "\\u061c\\u200e\\u200f"),
            ("\u{2028}\u{2029}\u{202a}\u{202e}", "\\u2028\\u2029\\u202a\\u202e"),
            ("\u{2066}\u{2069}", "\\u2066\\u2069"),
            // Joiners are part of words and of emoji.
            ("می\u{200c}خواهم 👩\u{200d}🚀 שלום", "می\u{200c}خواهم 👩\u{200d}🚀 שלום"),
        ] {
            assert_eq!(escaped(text), shown);
            assert!(is_safe(&escaped(text).replace("\r\n", "\n")), "{text:?}");
        }
    }

    #[test]
    fn an_escape_in_json_means_the_character() {
        for code in (0..0x3000).filter_map(char::from_u32) {
            let text = format!("a{code}\"b");
            let json = serde_json::to_string(&text).unwrap();
            assert!(is_safe(&escaped(&json)), "{code:?}");
            assert_eq!(serde_json::from_str::<String>(&escaped(&json)).unwrap(), text);
        }
    }
}
