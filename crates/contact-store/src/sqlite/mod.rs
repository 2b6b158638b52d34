//! SQLite, in the process: one thread writes, any thread reads.
//!
//! rusqlite and not sqlx runs the statements: sqlx's SQLite driver hops between threads at every
//! statement, which costs more than half of the reads and two thirds of the writes. sqlx runs the
//! migrations, the same way for both databases.

mod anchor;
mod checkpointer;
mod connection;
mod contacts;
mod lookup;
mod open;
mod writer;

use std::sync::Arc;

use contact_model::ContactDetail;
use contact_model::clock::Clock;

use crate::StoreError;
use crate::contact_store::{ContactStore, StoreOptions};
use crate::contacts::lookup::ContactLookup;
use crate::contacts::write::{ContactWrite, Written};
use crate::directory::Operation;
use crate::set::{OperationSet, Work, fail_all};
use anchor::ReadAnchor;
use checkpointer::Checkpointer;
use connection::answer_at_once;
use open::ReaderPool;
use writer::{Hand, Writer};

/// Contacts in a SQLite file.
#[derive(Clone)]
pub struct SqliteStore {
    writer: Arc<Writer>,
    readers: Arc<ReaderPool>,
    clock: Arc<dyn Clock>,
}

impl SqliteStore {
    /// Opens the file, makes it and its directory where they are missing, and migrates it.
    ///
    /// # Errors
    /// The address names no file, the file cannot be opened, or a newer version migrated it.
    pub(crate) async fn open(
        url: &str,
        options: &StoreOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let path = open::path_of(url)?;
        open::migrate(&path, options.busy_timeout).await?;
        let writer = open::writer(&path, options.busy_timeout)?;
        let anchor = ReadAnchor::new(open::reader(&path, options.busy_timeout)?);
        let checkpointer = Checkpointer::start(open::writer(&path, options.busy_timeout)?)?;
        let hand = Hand { connection: writer, anchor, checkpointer, clock: Arc::clone(&clock) };
        Ok(Self {
            writer: Arc::new(Writer::start(hand)?),
            readers: Arc::new(ReaderPool::new(path, options.busy_timeout)),
            clock,
        })
    }
}

impl ContactStore for SqliteStore {
    async fn get(&self, lookups: Vec<ContactLookup>) -> Vec<Result<Option<ContactDetail>, StoreError>> {
        let answers = self
            .readers
            .read(|reader| Ok(lookups.iter().map(|wanted| lookup::get(reader, wanted)).collect()));
        answers.unwrap_or_else(|failure| fail_all(lookups.len(), &failure))
    }

    async fn write(&self, writes: Vec<ContactWrite>) -> Vec<Result<Written, StoreError>> {
        let Some(first) = writes.first() else { return Vec::new() };
        self.writer.write(first.company_id, writes).await
    }

    async fn run<O: Operation>(&self, operations: Vec<O>) -> Vec<Result<O::Answer, StoreError>> {
        let count = operations.len();
        let set = OperationSet(operations);
        let outcome = if O::READS {
            self.readers.read(|reader| answer_at_once(set.run(reader, &*self.clock)))
        } else {
            self.writer.run(set).await
        };
        outcome.unwrap_or_else(|failure| fail_all(count, &failure))
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.readers.read(lookup::check)
    }

    async fn close(&self) {
        self.writer.stop().await;
    }
}
