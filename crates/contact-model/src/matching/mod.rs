//! Decides which contact a create applies to.

mod person;
mod target;

pub use person::{PersonKeys, choose_person};
pub use target::{Collision, MatchPolicy, MatchedBy, MatchingKeys, PERSON_CANDIDATES, Target, choose};
