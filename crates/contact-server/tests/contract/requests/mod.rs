//! Requests that are refused: the problem describes the error, and nothing is written.

mod invalid_fields;
mod json;
mod malformed;
mod media_type;
mod parameters;
mod size;
mod unusual_text;
