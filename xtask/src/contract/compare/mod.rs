//! The description held against the promises, one part of an operation a file.

mod comparison;
mod object;
mod operation;
mod parameters;
mod request;
mod response;
mod security;
mod values;

pub(super) use self::comparison::Comparison;
use super::description::Description;
use super::finding::{Code, Finding, Place};
use super::promise::Documented;

/// Compares every documented operation, and looks at how the others are marked.
pub(super) fn compare(description: Description<'_>, documented: &Documented) -> Comparison {
    let mut comparison = Comparison::default();
    let operations = description.operations();
    for (name, promise) in &documented.operations {
        match operations.iter().find(|operation| operation.name == *name) {
            Some(operation) => {
                operation::compare(description, documented, operation, promise, &mut comparison);
            }
            None => comparison.promise([Finding::new(
                Code::Missing,
                &Place::operation(name),
                "the documented operation is not in the description",
            )
            .help("describe it under exactly this path, with its closing slash")]),
        }
    }
    for operation in &operations {
        if !documented.operations.contains_key(&operation.name) {
            comparison.note(operation::untagged(operation));
        }
    }
    comparison
}
