//! The bytes that a server writes.

use std::fs;

use anyhow::Result;
use sqlx::{Connection as _, PgConnection};

/// The length of the write-ahead log since the cluster was created.
const LOG: &str = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint";

/// Returns the bytes that a process has passed to system calls that write, if the system has `/proc`. The responses are
/// sent by other system calls.
pub(crate) fn bytes_of(process: u32) -> Option<i64> {
    let counters = fs::read_to_string(format!("/proc/{process}/io")).ok()?;
    counters.lines().find_map(|line| line.strip_prefix("wchar:"))?.trim().parse().ok()
}

/// Returns the bytes that PostgreSQL has written to its write-ahead log.
pub(crate) async fn bytes_of_log(database_url: &str) -> Result<i64> {
    let mut connection = PgConnection::connect(database_url).await?;
    let bytes = sqlx::query_scalar(LOG).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(bytes)
}
