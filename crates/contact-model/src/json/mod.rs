//! JSON values that are kept as text.

mod json_text;
pub(crate) mod number;

pub use json_text::{JsonKind, JsonText, JsonTextError, length_of, longest_of};
