//! A difference between an expected and an actual value.

use std::fmt;

use serde_json::Value;

/// The number of characters that are shown of a value.
const SHOWN: usize = 200;

/// A difference between an expected and an actual value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The place: `status`, `header location`, or a place in the body such as `body/email`.
    pub at: String,
    /// The expected value.
    pub expected: String,
    /// The actual value.
    pub actual: String,
}

impl Mismatch {
    /// Values are stored completely and cut when they are shown, after the keys are removed.
    pub(crate) fn new(at: impl Into<String>, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { at: at.into(), expected: expected.into(), actual: actual.into() }
    }

    pub(crate) fn of_value(at: &str, expected: String, found: Option<&Value>) -> Self {
        Self::new(at, expected, found.map_or_else(|| "nothing".to_owned(), Value::to_string))
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.at, self.expected, self.actual)
    }
}

/// Returns the beginning of a long text.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
