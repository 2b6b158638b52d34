//! The store's written contract.

use std::future::Future;
use std::time::Duration;

use crate::StoreError;
use crate::contacts::answer_room::AnswerRoom;
use crate::contacts::list::{ContactListing, ContactPage};
use crate::contacts::lookup::{ContactLookup, ReadContact};
use crate::contacts::write::{AtomicError, ContactWrite, OnceTogether, Written};
use crate::directory::Operation;
use crate::once::Once;

/// Contacts kept on disk.
///
/// Every method takes a set and answers each of its items, in their order; a single request is a
/// set of one. An item that is refused changes nothing and touches no other item. Where the database
/// fails, every item of the set is told so, and nothing of the set is written, unless the
/// answer is [`StoreError::Uncertain`].
///
/// A set of more than 1 MiB is served in pieces of that size, one after the other, so that others have their turns in
/// between. Each item counts its bytes, but at least 8 KiB. What is said of a set then holds of each piece, and once a
/// piece has failed the items behind it are not tried.
pub trait ContactStore: Clone + Send + Sync + 'static {
    /// Reads contacts. `None` where the company has no such contact.
    fn get(
        &self,
        lookups: Vec<ContactLookup>,
    ) -> impl Future<Output = Vec<Result<Option<ReadContact>, StoreError>>> + Send;

    /// Reads pages of lists of contacts.
    fn list(
        &self,
        listings: Vec<ContactListing>,
    ) -> impl Future<Output = Vec<Result<ContactPage, StoreError>>> + Send;

    /// Writes contacts, in the order given, each seeing what the ones before it did. An answer is
    /// given when the write is on disk; a caller that stops waiting does not undo it, but no further
    /// piece of a large set is begun for it.
    fn write(
        &self,
        writes: Vec<ContactWrite>,
    ) -> impl Future<Output = Vec<Result<Written, StoreError>>> + Send;

    /// Writes contacts of one company as [`ContactStore::write`] does, but all of them or none: in a
    /// transaction of their own, which is never divided. With `once`, the whole is done once.
    ///
    /// # Errors
    /// The first write that is refused; that the contacts are more than
    /// [`contact_model::limits::UNDIVIDED_BATCH_CONTACTS`], or what the answers show of them more than
    /// [`contact_model::limits::BATCH_ANSWER`], with `once` [`contact_model::limits::KEYED_BATCH_ANSWER`];
    /// [`StoreError::NoRoom`]; or the failure of the database. Nothing is written then, unless the failure is
    /// [`StoreError::Uncertain`].
    fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
        room: Option<AnswerRoom>,
    ) -> impl Future<Output = Result<Vec<Written>, AtomicError>> + Send;

    /// Writes contacts of one company as [`ContactStore::write`] does, each done or refused by itself, but in a
    /// transaction of their own, which is never divided. With `once`, the whole is done once.
    ///
    /// # Errors
    /// The contacts or the answers are too large, as for [`ContactStore::write_atomically`]; there is no room for the
    /// answers ([`StoreError::NoRoom`]); the whole was answered before, its key is another request's, it is still
    /// running, or the company's quota of answers is used up; or the failure of the database. Nothing is written then,
    /// unless the failure is [`StoreError::Uncertain`].
    fn write_together(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
        room: Option<AnswerRoom>,
    ) -> impl Future<Output = Result<Vec<Result<Written, StoreError>>, StoreError>> + Send;

    /// Runs operations on companies, keys, custom fields, agents or threads, all in one transaction.
    fn run<O: Operation>(
        &self,
        operations: Vec<O>,
    ) -> impl Future<Output = Vec<Result<O::Answer, StoreError>>> + Send;

    /// Runs an operation that is done once, in a transaction of its own with its answer.
    ///
    /// # Errors
    /// What the operation is refused for; it was answered before, its key is another request's, or it is still
    /// running; or the failure of the database.
    fn run_once<O: Operation<Answer: Clone>>(
        &self,
        operation: O,
        once: Once<O::Answer>,
    ) -> impl Future<Output = Result<O::Answer, StoreError>> + Send;

    /// Returns the same store for dry runs: it does each write, returns the result and rolls it back. A set has a
    /// transaction of its own, which is never divided, so that each of its items sees what the ones before it did.
    fn dry_run(&self) -> Self;

    /// Succeeds where the database answers.
    fn check(&self) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Finishes what is under way and closes the database.
    fn close(&self) -> impl Future<Output = ()> + Send;

    /// Runs a set of one operation.
    fn run_one<O: Operation>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Answer, StoreError>> + Send {
        async move { only(self.run(vec![operation]).await) }
    }

    /// Writes a set of one.
    fn write_one(&self, write: ContactWrite) -> impl Future<Output = Result<Written, StoreError>> + Send {
        async move { only(self.write(vec![write]).await) }
    }

    /// Reads a set of one.
    fn get_one(
        &self,
        lookup: ContactLookup,
    ) -> impl Future<Output = Result<Option<ReadContact>, StoreError>> + Send {
        async move { only(self.get(vec![lookup]).await) }
    }

    /// Reads one page.
    fn list_one(
        &self,
        listing: ContactListing,
    ) -> impl Future<Output = Result<ContactPage, StoreError>> + Send {
        async move { only(self.list(vec![listing]).await) }
    }
}

fn only<T>(mut answers: Vec<Result<T, StoreError>>) -> Result<T, StoreError> {
    answers.pop().unwrap_or_else(|| Err(StoreError::unavailable("the store gave no answer")))
}

/// How a database is used.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// Connections to PostgreSQL at most. SQLite has one that writes and a reader for each thread.
    pub connections: u32,
    /// How long to wait for a connection to PostgreSQL.
    pub connect_timeout: Duration,
    /// How long to wait for another process that writes to the SQLite file.
    pub busy_timeout: Duration,
    /// How long the reading of a page of contacts may take.
    pub list_timeout: Duration,
    /// How long a statement of a write may take on PostgreSQL, and all statements of a transaction together on SQLite.
    /// The commit is not included.
    pub write_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            connections: 16,
            connect_timeout: Duration::from_secs(5),
            busy_timeout: Duration::from_secs(5),
            list_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(600),
        }
    }
}
