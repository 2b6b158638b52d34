#![doc = include_str!("../README.md")]

#[cfg(feature = "blocking")]
mod blocking;
mod body;
mod builder;
mod call;
mod client;
mod error;
mod etag;
mod follow;
mod from_response;
mod headers;
pub mod operation;
mod operations;
mod page;
mod pages;
mod preview;
mod raw_response;
mod request;
mod response;
mod retry;
mod retry_after;
mod seen_cursors;

pub use body::Body;
pub use builder::{BuildError, ClientBuilder};
pub use call::Call;
pub use client::Client;
pub use error::{Error, InvalidRequest, UnexpectedResponse};
pub use etag::{ETag, HasETag, InvalidETag};
pub use from_response::FromResponse;
pub use page::Page;
pub use pages::{Items, Pages};
pub use preview::Preview;
pub use response::{CreatedOrUpdated, Response};

pub use contact_model as model;
pub use contact_model::Patch::{self, Clear, Keep, Set};
pub use contact_model::list::{Filters, SortKey};
pub use contact_model::{
    BatchItem, ContactCreate, ContactId, ContactMerge, ContactUpdate, Include, Problem, ProblemType,
};
pub use reqwest;
