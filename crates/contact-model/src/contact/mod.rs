//! A contact: in a response, as stored, and in the requests that write it.

mod builders;
mod create;
mod detail;
mod fields;
mod include;
mod included;
mod insert;
mod lead_source;
mod merge;
mod repetitions;
mod response;
mod state;
pub mod tags;
mod update;
mod upsert;

pub use create::ContactCreate;
pub use detail::ContactDetail;
pub use fields::ContactFields;
pub use include::{Include, UnknownInclude};
pub use included::Included;
pub use insert::ContactInsert;
pub use lead_source::LeadSource;
pub use merge::{ContactMerge, MergeSource, PREFERABLE_FIELDS};
pub use response::Contact;
pub use state::ContactState;
pub use update::ContactUpdate;
pub use upsert::ContactUpsert;
pub(crate) use upsert::KEEP_FULLER_PHONE;
