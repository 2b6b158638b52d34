//! Runs work in a transaction, or without one if it needs only one statement.

use std::sync::Arc;

use contact_model::clock::Clock;
use sqlx::{Connection as _, PgConnection};

use super::connection::{Locking, PostgresConnection, commit_failure, failure};
use super::worker::WorkerConnection;
use crate::contacts::work::Work;
use crate::{Result, StoreError};

/// How many times work is tried if other transactions are faster.
const TRIES: usize = 10;

impl WorkerConnection {
    /// Runs work. The transaction is on disk before the output is returned, or rolled back if the work does not
    /// commit. The work is tried again if another transaction was faster.
    ///
    /// Work that writes with one statement is first tried without a transaction. That saves two of four round trips,
    /// and the rows are locked only while the statement runs.
    pub(crate) async fn run<W: Work>(&mut self, work: &W, clock: &dyn Clock) -> Result<W::Output> {
        let mut locking =
            if work.writes_one_statement() { Locking::Optimistic } else { Locking::Pessimistic };
        let mut tries = 0;
        loop {
            tries += 1;
            let mut session = self.take().await?;
            let connection = &mut *session.connection;
            let work = async {
                match locking {
                    Locking::Pessimistic => run_locked(connection, work, clock).await,
                    Locking::Optimistic => {
                        work.run(&mut PostgresConnection::new(connection, locking), clock).await
                    }
                }
            };
            let outcome = self.sessions.watch(Arc::clone(&session.id), work).await;
            let outcome = outcome.unwrap_or_else(|| Err(StoreError::uncertain("the session is lost")));
            match self.put_back(session, outcome) {
                Some(Err(StoreError::Conflict(_))) if tries < TRIES => locking = Locking::Pessimistic,
                Some(outcome) => return outcome,
                None => {}
            }
        }
    }
}

async fn run_locked<W: Work>(
    connection: &mut PgConnection,
    work: &W,
    clock: &dyn Clock,
) -> Result<W::Output> {
    // READ COMMITTED, because the locks on keys protect only data that is read after they are taken. With a
    // snapshot as old as the transaction, which may be the default of a role or a database, the work would not see
    // the changes of the transaction that had the lock before.
    let mut transaction =
        connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(failure)?;
    let mut locked = PostgresConnection::new(&mut transaction, Locking::Pessimistic);
    let outcome = work.run(&mut locked, clock).await;
    if outcome.as_ref().is_ok_and(|output| work.commits(output)) {
        transaction.commit().await.map_err(commit_failure)?;
    } else {
        // Rolls back now and not at the connection's next use, which may be much later, because the locks block
        // other transactions.
        let undone = transaction.rollback().await.map_err(failure);
        if outcome.is_ok() {
            undone?;
        }
    }
    outcome
}
