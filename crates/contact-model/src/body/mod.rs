//! Reads a request body: JSON, an object, and all invalid fields reported at once.

mod entries;
mod object;
mod text;
mod value;

use crate::json_text::JsonText;
use crate::violation::Violations;

pub use object::ObjectReader;
pub use value::{custom_fields_of, spelled_boolean};

/// Why a body cannot be read. Decided: each reason is a 400.
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
    /// The body is JSON, but not an object.
    #[error("The body must be a JSON object; {0} was sent.")]
    NotAnObject(String),
    /// Fields of the object are invalid.
    #[error("{0}")]
    Fields(#[from] Violations),
}

/// A body that was read, with the names of the keys that its reader did not know. Decided: unknown keys are
/// ignored and listed in the header `Ignored-Fields`. Extension: with strict handling, unknown keys, coerced
/// values and repeated keys are invalid fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read<T> {
    /// The value that was read.
    pub value: T,
    /// The unknown keys in the order sent, each of them once.
    pub ignored: Vec<String>,
    /// The values that were stored as something else, such as `"yes"` as `true`.
    pub coerced: Vec<Coerced>,
    /// The known keys that were sent more than once. The last value of each is used.
    pub repeated: Vec<String>,
}

/// A value that was converted to another one, such as `"yes"` to `true`. Extension when shown in a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coerced {
    /// The key.
    pub field: String,
    /// The value that was sent. A string that is not valid Unicode is kept as a string of its JSON text.
    pub sent: JsonText,
    /// The value that is stored.
    pub stored: JsonText,
}

impl<T> Read<T> {
    /// Converts the value and keeps the rest.
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Read<U> {
        let Self { value, ignored, coerced, repeated } = self;
        Read { value: make(value), ignored, coerced, repeated }
    }
}
