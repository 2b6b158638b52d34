//! Adds entries to the logs of changes in PostgreSQL. One statement adds all entries of a transaction.

use std::sync::LazyLock;

use super::connection::PostgresConnection;
use super::statements::{Statement, column};
use crate::Result;
use crate::contacts::change_log::{ChangeLog, LatestChange};

/// The number of parameters of the log. The parameters of another statement in front of it follow them.
pub(super) const LOG_PARAMETERS: usize = 20;

/// Finds the location and the number of the row that a contact `p` has before the change, as [`join_row_location`]
/// does.
macro_rules! join_place {
    () => {
        "CROSS JOIN LATERAL (
             SELECT ctid, sequence FROM latest_changes
             WHERE company_id = p.company_id AND is_deleted = p.was_deleted AND updated_at = p.was_updated_at
                 AND contact_id = p.contact_id LIMIT 1
         ) AS found"
    };
}

/// Advances the counters, whose rows it locks in the order of the array, which is the same in every transaction. Moves
/// the contacts in the list of latest changes and adds the entries, whose numbers are counted back from the counter.
const ADD: &str = concat!(
    "counted AS (
         INSERT INTO change_counters (company_id, sequence)
         SELECT * FROM ready CROSS JOIN LATERAL unnest($1::uuid[], $2::bigint[]) AS new (company_id, entries)
         ON CONFLICT (company_id) DO UPDATE SET sequence = change_counters.sequence + excluded.sequence
         RETURNING company_id, sequence
     ), place AS MATERIALIZED (
         SELECT p.*, counted.sequence - p.back AS sequence
         FROM unnest($14::uuid[], $15::uuid[], $16::boolean[], $17::timestamptz[], $18::boolean[],
                 $19::timestamptz[], $20::bigint[])
             AS p (company_id, contact_id, was_deleted, was_updated_at, is_deleted, updated_at, back)
         JOIN counted ON counted.company_id = p.company_id
     ), moved AS (
         UPDATE latest_changes h
         SET is_deleted = p.is_deleted, updated_at = p.updated_at, sequence = p.sequence
         FROM place p ",
    join_place!(),
    " WHERE h.ctid = found.ctid AND p.updated_at IS NOT NULL
         RETURNING h.company_id, h.contact_id, found.sequence
     ), removed AS (
         DELETE FROM latest_changes h USING place p ",
    join_place!(),
    " WHERE h.ctid = found.ctid AND p.updated_at IS NULL
         RETURNING h.company_id, h.contact_id, found.sequence
     ), put AS (
         INSERT INTO latest_changes (company_id, is_deleted, updated_at, contact_id, sequence)
         SELECT company_id, is_deleted, updated_at, contact_id, sequence FROM place
         WHERE was_updated_at IS NULL AND updated_at IS NOT NULL
     )
     INSERT INTO changes (company_id, sequence, contact_id, action, at, key_id, request_id, operation_id,
         previous, changed, salt)
     SELECT e.company_id, counted.sequence - e.back, e.contact_id, e.action, e.at, e.key_id, e.request_id,
         e.operation_id, coalesce(counted.sequence - e.previous_back, earlier.sequence, 0), e.changed, e.salt
     FROM unnest($3::uuid[], $4::bigint[], $5::uuid[], $6::text[], $7::timestamptz[], $8::uuid[], $9::text[],
             $10::text[], $11::bigint[], $12::text[], $13::uuid[])
         AS e (company_id, back, contact_id, action, at, key_id, request_id, operation_id, previous_back,
             changed, salt)
     JOIN counted ON counted.company_id = e.company_id
     LEFT JOIN (SELECT * FROM moved UNION ALL SELECT * FROM removed) AS earlier
         ON earlier.company_id = e.company_id AND earlier.contact_id = e.contact_id AND e.action <> 'created'"
);
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
    let (entries, contacts) = (&log.entries, log.contacts.iter().collect::<Vec<_>>());
    let back = |company, number: i64| log.counts.get(company).map_or(0, |count| count - number);
    let deleted = |place: Option<LatestChange>| place.map(|place| place.is_deleted);
    let updated_at = |place: Option<LatestChange>| place.map(|place| place.updated_at.as_datetime());
    statement
        .bind(log.counts.keys().map(|company| company.0).collect::<Vec<_>>())
        .bind(log.counts.values().copied().collect::<Vec<_>>())
        .bind(column(entries, |entry| entry.contact.0.0))
        .bind(column(entries, |entry| back(&entry.contact.0, entry.number)))
        .bind(column(entries, |entry| entry.contact.1.0))
        .bind(column(entries, |entry| entry.action.as_str()))
        .bind(column(entries, |entry| entry.at.as_datetime()))
        .bind(column(entries, |entry| entry.origin.key_id.map(|key| key.0)))
        .bind(column(entries, |entry| entry.origin.request_id.as_deref()))
        .bind(column(entries, |entry| entry.origin.operation_id.as_deref()))
        .bind(column(entries, |entry| entry.previous.map(|number| back(&entry.contact.0, number))))
        .bind(column(entries, |entry| entry.changed.as_str()))
        .bind(column(entries, |entry| entry.salt))
        .bind(column(&contacts, |((company, _), _)| company.0))
        .bind(column(&contacts, |((_, contact), _)| contact.0))
        .bind(column(&contacts, |(_, contact)| deleted(contact.before)))
        .bind(column(&contacts, |(_, contact)| updated_at(contact.before)))
        .bind(column(&contacts, |(_, contact)| deleted(contact.after)))
        .bind(column(&contacts, |(_, contact)| updated_at(contact.after)))
        .bind(column(&contacts, |((company, _), contact)| back(company, contact.last)))
}
