//! Names, email addresses and phone numbers: the stored values and the matching keys.

mod country;
pub mod email;
pub mod invisible;
pub mod name;
pub mod phone;

pub use country::{Country, UnknownCountry};
