//! Work in a transaction.

use contact_model::clock::Clock;
use sqlx::{Connection as _, PgConnection, PgPool};

use super::connection::{PostgresConnection, failure};
use crate::StoreError;
use crate::set::Work;

/// How often a set is run again where other transactions were faster.
const TRIES: usize = 10;

/// Does work in a transaction that is committed, and so on disk, before its answer is given; again
/// where another transaction was faster.
pub(super) async fn in_transaction<W: Work>(
    pool: &PgPool,
    work: &W,
    clock: &dyn Clock,
) -> Result<W::Answer, StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_in_transaction(pool, work, clock).await {
            Err(StoreError::Conflict(_)) if tries < TRIES => {}
            outcome => return outcome,
        }
    }
}

async fn try_in_transaction<W: Work>(
    pool: &PgPool,
    work: &W,
    clock: &dyn Clock,
) -> Result<W::Answer, StoreError> {
    let mut connection = pool.acquire().await.map_err(failure)?;
    let outcome = run_on(&mut connection, work, clock).await;
    if matches!(outcome, Err(StoreError::Unavailable(_) | StoreError::Uncertain(_))) {
        // Whatever made it fail may last as long as the connection does: a failover leaves it with a
        // server that only reads.
        connection.close_on_drop();
    }
    outcome
}

async fn run_on<W: Work>(
    connection: &mut PgConnection,
    work: &W,
    clock: &dyn Clock,
) -> Result<W::Answer, StoreError> {
    // The locks on keys guard only what is looked up after they are taken: a snapshot that is as old as
    // the transaction, which a role or a database may have for its default, would not see who was faster.
    let mut transaction =
        connection.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(failure)?;
    let answer = work.run(&mut PostgresConnection(&mut transaction), clock).await?;
    // Where the connection breaks now, the commit may have arrived all the same.
    transaction.commit().await.map_err(|error| match failure(error) {
        StoreError::Unavailable(cause) => StoreError::Uncertain(cause),
        conflict => conflict,
    })?;
    Ok(answer)
}
