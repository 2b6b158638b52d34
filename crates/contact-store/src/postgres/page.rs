//! Reads pages of lists.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgConnection;

use super::connection::{Locking, PostgresConnection, begin_snapshot_with_limit, failure};
use super::worker::WorkerConnection;
use crate::contacts::list::{self, ContactListing, ContactPage};
use crate::{Result, StoreError};

impl WorkerConnection {
    /// Reads a page. Stops if reading takes longer than `timeout` or as soon as `abandoned` is ready. The connection
    /// is then closed, and PostgreSQL ends the statement.
    pub(crate) async fn read_page(
        &mut self,
        listing: &ContactListing,
        timeout: Duration,
        abandoned: impl Future<Output = ()>,
    ) -> Result<ContactPage> {
        let mut abandoned = pin!(abandoned);
        loop {
            let mut session = self.take().await?;
            let read = read_page(&mut session.connection, listing, timeout);
            let outcome = tokio::select! {
                outcome = self.sessions.watch(Arc::clone(&session.id), read) => outcome,
                _ = tokio::time::timeout(timeout, &mut abandoned) => Some(Err(StoreError::TimedOut)),
            };
            match outcome {
                Some(Err(StoreError::TimedOut)) => {
                    session.connection.close_on_drop();
                    return Err(StoreError::TimedOut);
                }
                Some(outcome) => {
                    if let Some(outcome) = self.put_back(session, outcome) {
                        return outcome;
                    }
                }
                None => session.connection.close_on_drop(),
            }
        }
    }
}

async fn read_page(
    connection: &mut PgConnection,
    listing: &ContactListing,
    timeout: Duration,
) -> Result<ContactPage> {
    let locking = Locking::Optimistic;
    if listing.needs_no_snapshot() {
        return list::list(&mut PostgresConnection::new(connection, locking), listing).await;
    }
    let mut transaction = begin_snapshot_with_limit(connection, timeout).await?;
    let connection = &mut *transaction;
    let page = list::list(&mut PostgresConnection::new(connection, locking), listing).await;
    // Even after an error: a transaction that stayed open would show old data to all later lists.
    transaction.commit().await.map_err(failure)?;
    page
}
