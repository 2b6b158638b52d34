//! Work in a transaction, or in the one statement that it needs.

use contact_model::clock::Clock;
use sqlx::{Connection as _, PgConnection};

use super::connection::{Isolation, PostgresConnection, commit_failure, failure};
use super::lease::Lease;
use crate::StoreError;
use crate::set::Work;

/// How often a set is run again where other transactions were faster.
const TRIES: usize = 10;

/// Does work that is committed, and so on disk, before its answer is given, or undone where the answer
/// says so; again where another transaction was faster.
///
/// What writes one statement is tried without a transaction first: that saves two of four round trips,
/// and the rows are locked for no longer than the statement takes.
pub(super) async fn carry_out<W: Work>(
    lease: &Lease,
    work: &W,
    clock: &dyn Clock,
) -> Result<W::Answer, StoreError> {
    let mut isolation = if work.writes_one_statement() { Isolation::Optimistic } else { Isolation::Locked };
    let mut tries = 0;
    loop {
        tries += 1;
        let mut leased = lease.take().await?;
        let connection = &mut *leased.connection;
        let outcome = match isolation {
            Isolation::Locked => run_locked(connection, work, clock).await,
            Isolation::Optimistic => work.run(&mut PostgresConnection { connection, isolation }, clock).await,
        };
        let used_before = leased.used_before;
        lease.give_back(leased, outcome.as_ref().err());
        match outcome {
            Err(StoreError::Conflict(_)) if tries < TRIES => isolation = Isolation::Locked,
            // Nothing was written, and a new connection may do better than one that lay idle.
            Err(StoreError::Unavailable(_)) if used_before => {}
            outcome => return outcome,
        }
    }
}

async fn run_locked<W: Work>(
    connection: &mut PgConnection,
    work: &W,
    clock: &dyn Clock,
) -> Result<W::Answer, StoreError> {
    // The locks on keys guard only what is looked up after they are taken: a snapshot that is as old as
    // the transaction, which a role or a database may have for its default, would not see who was faster.
    let mut transaction =
        connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(failure)?;
    let mut locked = PostgresConnection { connection: &mut transaction, isolation: Isolation::Locked };
    let outcome = work.run(&mut locked, clock).await;
    if outcome.as_ref().is_ok_and(|answer| work.keeps(answer)) {
        transaction.commit().await.map_err(commit_failure)?;
    } else {
        // Not left to the connection's next use, which may be long in coming: its locks make others wait.
        let undone = transaction.rollback().await.map_err(failure);
        if outcome.is_ok() {
            undone?;
        }
    }
    outcome
}
