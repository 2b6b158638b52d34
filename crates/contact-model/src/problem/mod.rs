//! Error responses (RFC 9457), and the invalid fields that they list.

mod problem_type;
mod violation;

pub use problem_type::{Problem, ProblemType};
pub(crate) use violation::pointer_step;
pub use violation::{Violation, ViolationCode, Violations};
