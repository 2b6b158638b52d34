//! Outdated rows in the list of latest changes: rows of contacts that have changed again since.
//!
//! A random contact's row is on a page of its own, and removing it at once would double the pages that an update writes.
//! So the row is left there, and its time is stored in the log. Later the outdated rows of many changes are removed in
//! their order, so that each page is written once. Lists skip the rows that are still there.

use std::collections::VecDeque;

use contact_model::{CompanyId, Timestamp};
use uuid::Uuid;

use super::connection::SqliteConnection;
use crate::Result;
use crate::connection::Value;
use crate::contacts::change_log::LatestChange;

/// The number of changes of a company after which its outdated rows are removed. A list skips at most about as many rows.
/// It is small in debug builds, so that tests reach it.
pub(super) const BATCH: i64 = if cfg!(debug_assertions) { 12 } else { 4_096 };
/// A row is removed at once if one of this many latest changes added it, because it is on a page that is written anyway.
/// So a company with few contacts has no outdated rows.
pub(super) const REMOVED_AT_ONCE: i64 = if cfg!(debug_assertions) { 2 } else { 1_024 };

/// The number of rows that are removed in one transaction. They are on about a third as many pages, if the company has
/// 100,000 contacts.
const PIECE: usize = if cfg!(debug_assertions) { 4 } else { 256 };

const CLEANED_TO: &str = "SELECT cleaned_to, sequence FROM change_counters WHERE company_id = $1";
const OUTDATED: &str = "SELECT outdated_at, contact_id, previous FROM changes
     WHERE company_id = $1 AND sequence > $2 AND sequence <= $3 AND outdated_at IS NOT NULL";
/// The contact may have got a row with the same key again. That row has another number.
const REMOVE: &str = "DELETE FROM latest_changes
     WHERE company_id = $1 AND is_deleted = FALSE AND updated_at = $2 AND contact_id = $3 AND sequence = $4";
const SET_CLEANED: &str = "UPDATE change_counters SET cleaned_to = $1 WHERE company_id = $2";

/// Returns the time of the row `before` a change, if it may be removed later.
pub(super) fn time(before: LatestChange, after: LatestChange) -> Option<Timestamp> {
    let is_moved = before.updated_at < after.updated_at && !before.is_deleted && !after.is_deleted;
    is_moved.then_some(before.updated_at)
}

/// The outdated rows of some changes of a company, which are removed in pieces.
#[derive(Debug)]
pub(super) struct OutdatedRows {
    company: CompanyId,
    /// The number of the last of the changes.
    until: i64,
    /// The time, the contact and the number of each row, in the order of the list.
    rows: VecDeque<(Timestamp, Uuid, i64)>,
}

impl OutdatedRows {
    /// Finds the outdated rows of the earliest [`BATCH`] changes of a company whose rows were not removed yet. Returns `None`
    /// if there are no such changes.
    pub(super) fn find(connection: &mut SqliteConnection, company: CompanyId) -> Result<Option<Self>> {
        let counters = [Value::uuid(company)];
        let counters = connection.one(CLEANED_TO, &counters, |row| Ok((row.integer(0)?, row.integer(1)?)))?;
        let Some((cleaned_to, latest)) = counters else { return Ok(None) };
        let until = latest.min(cleaned_to + BATCH);
        let mut rows = Vec::new();
        let values = [Value::uuid(company), Value::Integer(cleaned_to), Value::Integer(until)];
        connection.for_each(OUTDATED, &values, |row| {
            rows.push((row.time(0)?, row.uuid(1)?, row.integer(2)?));
            Ok(())
        })?;
        rows.sort_unstable();
        Ok((cleaned_to < until).then(|| Self { company, until, rows: rows.into() }))
    }

    /// Removes up to [`PIECE`] rows. Returns true if none is left. Must run in a transaction.
    pub(super) fn remove_piece(&mut self, connection: &mut SqliteConnection) -> Result<bool> {
        let company = Value::uuid(self.company);
        for (updated_at, contact, sequence) in self.rows.drain(..self.rows.len().min(PIECE)) {
            let row = [company, Value::time(updated_at), Value::uuid(contact), Value::Integer(sequence)];
            connection.run(REMOVE, &row)?;
        }
        if self.rows.is_empty() {
            connection.run(SET_CLEANED, &[Value::Integer(self.until), company])?;
        }
        Ok(self.rows.is_empty())
    }
}
