//! Errors in request bodies.

use crate::CustomFieldPatch;
use crate::problem::Violations;

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
    #[error("{violations}")]
    Fields {
        /// The invalid fields.
        violations: Violations,
        /// The values of custom fields that could be read. Whether they are valid depends on the definitions of
        /// the company.
        custom_fields: Option<CustomFieldPatch>,
    },
}

impl From<Violations> for BodyError {
    fn from(violations: Violations) -> Self {
        Self::Fields { violations, custom_fields: None }
    }
}
