//! The result of reading a body.

use crate::JsonText;

/// A body that was read, with the names of the keys that its reader did not know. Decided: unknown keys are
/// ignored and listed in the header `Ignored-Fields`. Extension: with strict handling, unknown keys, coerced
/// values and repeated keys are invalid fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedBody<T> {
    /// The value that was read.
    pub value: T,
    /// The unknown keys in the order sent, each of them once.
    pub ignored: Vec<String>,
    /// The values that were stored as something else, such as `"yes"` as `true`.
    pub coerced: Vec<Coerced>,
    /// The known keys that were sent more than once. The last value of each is used.
    pub repeated: Vec<String>,
}

/// A value that was converted to another one, such as `"yes"` to `true`. Extension in a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coerced {
    /// The key.
    pub field: String,
    /// The value that was sent. A string that is not valid Unicode is kept as a string of its JSON text.
    pub sent: JsonText,
    /// The value that is stored.
    pub stored: JsonText,
}
