//! Updates of random contacts in a copy of the server's file, committed in sets by one thread: the maximum for SQLite
//! on the same disk.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use contact_model::clock::{Clock as _, SystemClock};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::figure::{Facet, Sample};
use crate::seed::contact_id;
use crate::statistics::percentile;

/// The number of updates in a set.
const SET: u64 = 64;

/// The settings of the store's writer.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
     PRAGMA wal_autocheckpoint = 1000;";

const UPDATE: &str = "UPDATE contacts SET notes = ?1, updated_at = ?2, version = version + 1
     WHERE company_id = ?3 AND id = ?4";
/// Adds a row with the time and the number of a contact's latest change. The server also removes the previous one later.
const ADD_LATEST: &str =
    "INSERT OR REPLACE INTO latest_changes (company_id, is_deleted, updated_at, contact_id, sequence)
     VALUES (?1, 0, ?2, ?3, ?4)";
const LATEST: &str = "SELECT max(sequence) FROM changes WHERE company_id = ?1";
const LOG: &str =
    "INSERT INTO changes (company_id, sequence, contact_id, action, at, request_id, previous, changed, salt)
     VALUES (?1, ?2, ?3, 'updated', ?4, 'request', ?2 - 1, json_object('notes', ?5), randomblob(16))";

/// Updates contacts for this time. The response times are those of the commits.
pub(crate) fn run(file: &Path, contacts: u64, time: Duration) -> Result<Sample> {
    let mut connection = Connection::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    connection.execute_batch(SETTINGS)?;
    let company: Uuid = connection.query_row("SELECT company_id FROM companies", [], |row| row.get(0))?;
    let mut sequence: i64 = connection.query_row(LATEST, [company], |row| row.get(0))?;
    let mut commits = Vec::new();
    let mut rows = 0_u64;
    let begin = Instant::now();
    while begin.elapsed() < time {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        {
            let mut update = transaction.prepare_cached(UPDATE)?;
            let mut add_latest = transaction.prepare_cached(ADD_LATEST)?;
            let mut log = transaction.prepare_cached(LOG)?;
            for _ in 0..SET {
                let contact = contact_id(rand::random_range(1..=contacts));
                let notes = format!("Raw loop, row {rows}");
                let now = SystemClock.now().as_micros();
                rows += update.execute(params![notes, now, company, contact])? as u64;
                sequence += 1;
                log.execute(params![company, sequence, contact, now, notes])?;
                add_latest.execute(params![company, now, contact, sequence])?;
            }
        }
        let commit = Instant::now();
        transaction.commit()?;
        commits.push(commit.elapsed().as_secs_f64() * 1000.0);
    }
    let rate = rows as f64 / begin.elapsed().as_secs_f64();
    commits.sort_by(f64::total_cmp);
    let times = [(Facet::P50, 50.0), (Facet::P99, 99.0)];
    let times =
        times.into_iter().filter_map(|(facet, percent)| Some((facet, percentile(&commits, percent)?)));
    Ok([(Facet::Rate, rate)].into_iter().chain(times).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::seed;

    #[tokio::test]
    async fn seeded_contacts_are_updated() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("contacts.db");
        seed(&format!("sqlite://{}", file.display()), 3).await.unwrap();
        let sample = run(&file, 3, Duration::from_millis(100)).unwrap();
        assert!(sample[0].1 > 0.0, "{sample:?}");
    }
}
