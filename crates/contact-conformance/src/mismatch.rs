//! What was expected at one place, and what came.

use std::fmt;

use serde_json::Value;

/// Longer values are cut: a case may send a million characters.
const SHOWN: usize = 200;

/// One place of an answer that is otherwise than promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where: `status`, `header location`, or a place in the body such as `body/email`.
    pub at: String,
    /// What was promised.
    pub expected: String,
    /// What came.
    pub came: String,
}

impl Mismatch {
    /// Whole, however long: it is cut where it is shown, once the keys are out of it.
    pub(crate) fn new(at: impl Into<String>, expected: impl Into<String>, came: impl Into<String>) -> Self {
        Self { at: at.into(), expected: expected.into(), came: came.into() }
    }

    pub(crate) fn of_value(at: &str, expected: String, found: Option<&Value>) -> Self {
        Self::new(at, expected, found.map_or_else(|| "nothing".to_owned(), Value::to_string))
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, came {}", self.at, self.expected, self.came)
    }
}

/// The beginning of a text, as far as it is shown.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
