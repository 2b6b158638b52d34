//! Error responses (RFC 9457), and the invalid fields that they list.

mod problem_type;
mod violation;

pub use problem_type::{Problem, ProblemType};
pub use violation::{Violation, ViolationCode, Violations, pointer_step};
