//! Converts an error to its status and its public text, in this place only. Details of a database error or of a panic
//! are only logged.
//!
//! [`ApiError`] is the reason for a refusal or a failure. [`refusals`] is the table that turns each reason into a
//! [`PendingProblem`].

mod api_error;
mod detail;
mod pending_problem;
mod refusal_rows;
mod refusals;

pub(crate) use api_error::{ApiError, BodyLimit, Result};
pub(crate) use pending_problem::{PROBLEM_JSON, PendingProblem, ProblemHeader};
pub(crate) use refusals::contacts_named_by;
