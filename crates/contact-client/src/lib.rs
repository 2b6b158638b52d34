//! The contacts API for programs in Rust: one typed call for each operation.
//!
//! ```no_run
//! use contact_client::{Clear, Client, ContactUpdate};
//! # async fn story(id: contact_client::ContactId) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://contacts.example.com", "ctk_…").build()?;
//!
//! let update = ContactUpdate::new().email(Clear).add_tags(["vip"]);
//! let contact = client.update_contact(id, update).await?;
//! assert_eq!(contact.email, None);
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`] has a method for each operation of the API, named like it. A method makes a [`Call`];
//! what the call is to do besides is said on it, and awaiting it sends it:
//!
//! ```no_run
//! # use contact_client::{Client, ContactUpdate, Include};
//! # async fn story(client: Client, id: contact_client::ContactId) -> Result<(), contact_client::Error> {
//! let contact = client.get_contact(id).include(Include::CUSTOM_FIELDS).await?;
//! let update = ContactUpdate::new().notes("Called today");
//! // Refused with a 412 where someone else was faster.
//! let written = client.update_contact(id, update).if_match(&contact).strict().receipt().await?;
//! println!("{:?}", written.receipt.changed);
//! # Ok(())
//! # }
//! ```
//!
//! An [`Answer`] is what was asked for, with the entity tag, the request's id and the names of what the
//! server ignored beside it. An [`Error`] is one to match on. What a call sends and what it answers are the
//! types of [`contact_model`], re-exported as [`model`]: the server reads and writes the very same.
//!
//! # Retries
//!
//! A call is sent again where the connection could not be made or broke, and where the server answered 429,
//! 502, 503 or 504, or that it is still at work on the attempt before. The pauses between the attempts grow,
//! chance has a part in them, and each begins when the time is over that the server's `Retry-After` asks for.
//! If it asks for more time than the call has left, such as for hours when the company's quota of stored responses is used
//! up, the call fails at once with the server's problem.
//! A write carries an idempotency key, the same each time: the server does it once, and answers what it answered then.
//! [`ClientBuilder`] has the limits.
//!
//! # Features
//!
//! `blocking`: `Call::wait`, and lists as iterators, for programs without a runtime.

mod answer;
#[cfg(feature = "blocking")]
mod blocking;
mod builder;
mod call;
mod client;
mod error;
mod etag;
mod from_answer;
mod headers;
pub mod operation;
mod operations;
mod page;
mod pages;
mod preview;
mod received;
mod request;
mod retry;
mod retry_after;
mod seen_cursors;

pub use answer::{Answer, CreatedOrUpdated};
pub use builder::{BuildError, ClientBuilder};
pub use call::Call;
pub use client::Client;
pub use error::{Error, InvalidRequest, UnexpectedAnswer};
pub use etag::{ETag, HasETag, NoETag};
pub use from_answer::FromAnswer;
pub use page::Page;
pub use pages::{Items, Pages};
pub use preview::Preview;

pub use contact_model as model;
pub use contact_model::Patch::{self, Clear, Keep, Set};
pub use contact_model::list::{Filters, SortKey};
pub use contact_model::{BatchItem, ContactCreate, ContactId, ContactUpdate, Include, Problem, ProblemType};
pub use reqwest;

/// The example in docs/client.md is compiled as well.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/client.md")]
struct ClientGuide;
