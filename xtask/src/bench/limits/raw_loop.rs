//! Updates of random contacts in the server's own file, committed in sets by one thread with nothing around
//! it: the most that SQLite can do on the same disk.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use contact_model::clock::{Clock as _, SystemClock};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::bench::figure::Sample;
use crate::bench::seed::contact_id;
use crate::bench::statistics::percentile;

/// Updates in a set.
const SET: u64 = 64;

/// The settings of the store's own writer. It leaves the checkpoint at SQLite's default of 1,000 pages.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
     PRAGMA wal_autocheckpoint = 1000;";

const CHANGED: &str = "SELECT updated_at FROM contacts WHERE company_id = ?1 AND id = ?2";
const UPDATE: &str = "UPDATE contacts SET notes = ?1, updated_at = ?2, version = version + 1
     WHERE company_id = ?3 AND id = ?4";
/// When a contact changed last is a row of its own, which moves with it.
const MOVE: &str = "UPDATE contact_changes SET updated_at = ?1
     WHERE company_id = ?2 AND updated_at = ?3 AND contact_id = ?4";

/// Updates for so long; gives contacts a second, and the times of the single commits.
pub(in crate::bench) fn run(file: &Path, contacts: u64, length: Duration) -> Result<Sample> {
    let mut connection = Connection::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    connection.execute_batch(SETTINGS)?;
    let company: Uuid = connection.query_row("SELECT company_id FROM companies", [], |row| row.get(0))?;
    let mut random = Random(SystemClock.now().as_micros().unsigned_abs() | 1);
    let mut commits = Vec::new();
    let mut rows = 0_u64;
    let begun = Instant::now();
    while begun.elapsed() < length {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        {
            let mut changed = transaction.prepare_cached(CHANGED)?;
            let mut update = transaction.prepare_cached(UPDATE)?;
            let mut move_change = transaction.prepare_cached(MOVE)?;
            for _ in 0..SET {
                let contact = contact_id(random.below(contacts) + 1);
                let notes = format!("Raw loop, row {rows}");
                let now = SystemClock.now().as_micros();
                let before: i64 = changed.query_row(params![company, contact], |row| row.get(0))?;
                rows += update.execute(params![notes, now, company, contact])? as u64;
                move_change.execute(params![now, company, before, contact])?;
            }
        }
        let commit = Instant::now();
        transaction.commit()?;
        commits.push(commit.elapsed().as_secs_f64() * 1000.0);
    }
    let rate = rows as f64 / begun.elapsed().as_secs_f64();
    commits.sort_by(f64::total_cmp);
    Ok(Sample { value: rate, p50: percentile(&commits, 50.0), p99: percentile(&commits, 99.0) })
}

/// xorshift64: quick, and random enough to choose rows by.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}
