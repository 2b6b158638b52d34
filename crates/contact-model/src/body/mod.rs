//! Reading a request body: JSON, an object, and every bad field of it named at once.

mod entries;
mod object;
mod text;
mod value;

use crate::json_text::JsonText;
use crate::violation::Violations;

pub use object::ObjectReader;
pub use value::{custom_fields_of, spelled_boolean};

/// Why a body cannot be read (decided: each is a 400).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The body is not JSON.
    #[error("The body is not JSON: {reason} at line {line}, column {column}.")]
    Syntax {
        /// What is wrong.
        reason: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The body is JSON, but no object.
    #[error("The body must be a JSON object; {0} was sent.")]
    NotAnObject(String),
    /// Fields of the object are bad.
    #[error("{0}")]
    Fields(#[from] Violations),
}

/// A body with the keys its reader did not know. Decided: they are ignored and named in the
/// `Ignored-Fields` header. Extension: with strict handling they are bad fields, as is everything else
/// that is named here beside the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read<T> {
    /// What was read.
    pub value: T,
    /// The unknown keys, each once, in the order they were sent.
    pub ignored: Vec<String>,
    /// What was taken for something else, such as `"yes"` for `true`.
    pub coerced: Vec<Coerced>,
    /// The known keys that were sent more than once: the last of each counts.
    pub repeated: Vec<String>,
}

/// A value that was of another form than the one it is taken for. Extension, where it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coerced {
    /// The key.
    pub field: String,
    /// What was sent; the JSON text of a string that is no Unicode.
    pub sent: JsonText,
    /// What it is taken for.
    pub stored: JsonText,
}

impl<T> Read<T> {
    /// What was made of the value; the rest is told as before.
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Read<U> {
        let Self { value, ignored, coerced, repeated } = self;
        Read { value: make(value), ignored, coerced, repeated }
    }
}
