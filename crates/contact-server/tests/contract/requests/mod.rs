//! Requests that are refused: each is told what was wrong and where, and nothing is written.

mod bad_fields;
mod json;
mod malformed;
mod media_type;
mod parameters;
mod size;
mod strange_text;
