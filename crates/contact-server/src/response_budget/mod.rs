//! The memory of responses that clients have not taken yet.
//!
//! A large response is charged from the time when it is produced until the kernel has taken all of it, because only
//! then is its memory freed. A batch is charged before it is committed, for the size that its response will have. A
//! response to any other write is charged afterwards, because a committed write always gets its response. A response
//! that exceeds the budget is refused, and so is every request of a company that has used up its own part. Small
//! responses are not charged, because the limit on connections bounds their number.

mod budget;
mod charge;

pub use budget::ResponseLimits;
pub(crate) use budget::{Reservation, ResponseBudget};
pub(crate) use charge::{charge, is_charged};
