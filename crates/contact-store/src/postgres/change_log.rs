//! Adds entries to the logs of changes in PostgreSQL. One statement adds all entries of a transaction.

use std::sync::LazyLock;

use super::connection::PostgresConnection;
use super::statements::{Statement, column};
use crate::Result;
use crate::contacts::change_log::{ChangeLog, LatestChange, LogEntry};

/// The number of parameters of the log. The parameters of another statement in front of it follow them.
pub(super) const LOG_PARAMETERS: usize = 18;

/// Advances the counters, whose rows it locks in the order of the array, which is the same in every transaction. Adds
/// the entries, whose numbers are counted back from the counter, and moves the contacts in the list of latest changes.
/// The row of the list is found as [`join_row_location`](super::statements::join_row_location) does. It also contains
/// the number of the contact's previous entry.
const ADD: &str = "counted AS (
         INSERT INTO change_counters (company_id, sequence)
         SELECT * FROM ready CROSS JOIN LATERAL unnest($1::uuid[], $2::bigint[]) AS new (company_id, entries)
         ON CONFLICT (company_id) DO UPDATE SET sequence = change_counters.sequence + excluded.sequence
         RETURNING company_id, sequence
     ), entry AS MATERIALIZED (
         SELECT e.*, counted.sequence AS counter, found.ctid AS location, found.sequence AS stored_previous
         FROM unnest($3::uuid[], $4::bigint[], $5::uuid[], $6::text[], $7::timestamptz[], $8::uuid[], $9::text[],
                 $10::text[], $11::bigint[], $12::text[], $13::uuid[], $14::boolean[], $15::timestamptz[],
                 $16::boolean[], $17::timestamptz[], $18::bigint[])
             AS e (company_id, back, contact_id, action, at, key_id, request_id, operation_id, previous_back,
                 changed, salt, was_deleted, was_updated_at, is_deleted, updated_at, last_back)
         JOIN counted ON counted.company_id = e.company_id
         LEFT JOIN LATERAL (
             SELECT ctid, sequence FROM latest_changes
             WHERE company_id = e.company_id AND is_deleted = e.was_deleted AND updated_at = e.was_updated_at
                 AND contact_id = e.contact_id LIMIT 1
         ) AS found ON true
     ), moved AS (
         UPDATE latest_changes h
         SET is_deleted = e.is_deleted, updated_at = e.updated_at, sequence = e.counter - e.last_back
         FROM entry e WHERE h.ctid = e.location AND e.updated_at IS NOT NULL
     ), removed AS (
         DELETE FROM latest_changes h USING entry e WHERE h.ctid = e.location AND e.updated_at IS NULL
     ), put AS (
         INSERT INTO latest_changes (company_id, is_deleted, updated_at, contact_id, sequence)
         SELECT company_id, is_deleted, updated_at, contact_id, counter - last_back FROM entry
         WHERE was_updated_at IS NULL AND updated_at IS NOT NULL
     )
     INSERT INTO changes (company_id, sequence, contact_id, action, at, key_id, request_id, operation_id,
         previous, changed, salt)
     SELECT company_id, counter - back, contact_id, action, at, key_id, request_id, operation_id,
         coalesce(counter - previous_back, stored_previous, 0), changed, salt
     FROM entry";
static ADD_ENTRIES: LazyLock<String> = LazyLock::new(|| format!("WITH ready AS (SELECT), {ADD}"));

/// Returns a statement that adds entries to the log when another statement is done. That statement is a common table
/// expression named `first`, and `condition` is true if it succeeded.
pub(super) fn add_after(first: &str, condition: &str) -> String {
    format!("WITH {first}, ready AS (SELECT FROM first HAVING {condition}), {ADD}")
}

impl PostgresConnection<'_> {
    pub(super) async fn add_to_log(&mut self, log: &ChangeLog) -> Result<()> {
        if log.is_empty() {
            return Ok(());
        }
        self.run(bind_log(sqlx::query(ADD_ENTRIES.as_str()), log)).await
    }
}

/// Binds the parameters of the log.
pub(super) fn bind_log<'q>(statement: Statement<'q>, log: &'q ChangeLog) -> Statement<'q> {
    let entries = &log.entries;
    let back =
        |entry: &LogEntry, number: i64| log.counts.get(&entry.contact.0).map_or(0, |count| count - number);
    let before = |entry: &LogEntry| entry.moved.and_then(|moved| moved.before);
    let after = |entry: &LogEntry| entry.moved.and_then(|moved| moved.after);
    let is_deleted = |place: LatestChange| place.is_deleted;
    let updated_at = |place: LatestChange| place.updated_at.as_datetime();
    statement
        .bind(log.counts.keys().map(|company| company.0).collect::<Vec<_>>())
        .bind(log.counts.values().copied().collect::<Vec<_>>())
        .bind(column(entries, |entry| entry.contact.0.0))
        .bind(column(entries, |entry| back(entry, entry.number)))
        .bind(column(entries, |entry| entry.contact.1.0))
        .bind(column(entries, |entry| entry.action.as_str()))
        .bind(column(entries, |entry| entry.at.as_datetime()))
        .bind(column(entries, |entry| entry.origin.key_id.map(|key| key.0)))
        .bind(column(entries, |entry| entry.origin.request_id.as_deref()))
        .bind(column(entries, |entry| entry.origin.operation_id.as_deref()))
        .bind(column(entries, |entry| entry.previous.map(|number| back(entry, number))))
        .bind(column(entries, |entry| entry.changed.as_str()))
        .bind(column(entries, |entry| entry.salt))
        .bind(column(entries, |entry| before(entry).map(is_deleted)))
        .bind(column(entries, |entry| before(entry).map(updated_at)))
        .bind(column(entries, |entry| after(entry).map(is_deleted)))
        .bind(column(entries, |entry| after(entry).map(updated_at)))
        .bind(column(entries, |entry| entry.moved.map(|moved| back(entry, moved.last))))
}
