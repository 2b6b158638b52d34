//! Stored responses in PostgreSQL. Each statement processes all requests of a set. [`response_columns`] explains the
//! names of the tables and columns.

use std::collections::BTreeSet;

use contact_model::{Timestamp, idempotency};
use uuid::Uuid;

use super::advisory_lock;
use super::connection::PostgresConnection;
use super::statements::{column, join_row_location};
use crate::Result;
use crate::connection::Row as _;
use crate::contacts::record::ContactRecord;
use crate::idempotency::response_row::{RESPONSE_COLUMNS, RequestKey, ResponseRow, response_columns};
use crate::idempotency::stored_responses::{LoadedRequests, StoredResponses};
use crate::idempotency::usage::{self, Usage};

/// The first column of a company's usage, after the columns of the response.
const USAGE: usize = RESPONSE_COLUMNS;

/// Does not wait, so the order does not matter.
const TRY_LOCKS: &str =
    "SELECT key FROM unnest($1::bigint[]) AS keys (key) WHERE pg_try_advisory_xact_lock(key)";
/// Selects a row for each requested response, stored or not, so that the usage of the companies needs no further
/// statement.
const LOAD: &str = concat!(
    "WITH used AS (
         SELECT company.id AS company_id, sum(u.bytes)::bigint AS bytes, min(u.hour) AS first_hour
         FROM (SELECT DISTINCT id FROM unnest($1::uuid[]) AS companies (id)) company
         CROSS JOIN LATERAL (
             SELECT hour, bytes FROM stored_answer_usage
             WHERE company_id = company.id AND hour >= $3 ORDER BY hour, slot OFFSET 0
         ) u
         GROUP BY company.id
     )
     SELECT ",
    response_columns!(),
    ", used.company_id, used.bytes, used.first_hour
     FROM unnest($1::uuid[], $2::bytea[]) AS wanted (company_id, name)
     LEFT JOIN used ON used.company_id = wanted.company_id
     LEFT JOIN LATERAL (
         SELECT * FROM stored_answers WHERE company_id = wanted.company_id AND name = wanted.name LIMIT 1
     ) a ON true"
);
const REMOVE: &str = concat!(
    "DELETE FROM stored_answers a
     USING unnest($1::uuid[], $2::bytea[]) AS removed (company_id, name) ",
    join_row_location!("stored_answers", "company_id = removed.company_id AND name = removed.name"),
    " WHERE a.ctid = found.ctid"
);
/// Stores responses. A company's count of an hour is spread over eight rows by the process id of the connection,
/// because transactions that add to the same row wait for each other's commit.
const PUT: &str = "WITH stored AS (
         INSERT INTO stored_answers
             (company_id, name, fingerprint, status, headers, body, compressed, sealed, created_at)
         SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bigint[], $5::text[], $6::bytea[],
             $7::boolean[], $8::boolean[], $9::timestamptz[])
     ), counted AS (
         INSERT INTO stored_answer_usage (company_id, hour, slot, bytes)
         SELECT company_id, hour, pg_backend_pid() % 8, bytes
         FROM unnest($10::uuid[], $11::bigint[], $12::bigint[]) AS added (company_id, hour, bytes)
         ON CONFLICT (company_id, hour, slot)
             DO UPDATE SET bytes = stored_answer_usage.bytes + excluded.bytes
     )
     INSERT INTO stored_answer_contacts (company_id, contact_id, name)
     SELECT * FROM unnest($13::uuid[], $14::uuid[], $15::bytea[])";
/// The order keeps PostgreSQL from using an index other than the primary key, which would find more rows.
const REMOVE_OF_CONTACTS: &str = concat!(
    "DELETE FROM stored_answers a
     USING unnest($1::uuid[], $2::uuid[]) AS removed (company_id, id)
     CROSS JOIN LATERAL (
         SELECT company_id, name FROM stored_answer_contacts
         WHERE company_id = removed.company_id AND contact_id BETWEEN removed.id AND removed.id
         ORDER BY contact_id, name OFFSET 0
     ) of_contact ",
    join_row_location!("stored_answers", "company_id = of_contact.company_id AND name = of_contact.name"),
    " WHERE a.ctid = found.ctid"
);

impl StoredResponses for PostgresConnection<'_> {
    async fn load_requests(&mut self, keys: &BTreeSet<RequestKey>, now: Timestamp) -> Result<LoadedRequests> {
        let locks: Vec<i64> = keys.iter().map(lock_of).collect();
        let taken = self.rows(sqlx::query(TRY_LOCKS).bind(locks)).await?;
        let taken = taken.iter().map(|row| row.integer(0)).collect::<Result<BTreeSet<i64>, _>>()?;
        let locked = keys.iter().filter(|key| taken.contains(&lock_of(key))).copied().collect();
        let mut loaded = LoadedRequests { locked, ..LoadedRequests::default() };
        let (companies, names) = columns(keys);
        let first_hour = idempotency::first_counted_hour(now);
        let load = sqlx::query(LOAD).bind(companies).bind(names).bind(first_hour);
        for row in self.rows(load).await? {
            if row.optional_uuid(0)?.is_some() {
                loaded.responses.push(ResponseRow::read(&row)?);
            }
            if let Some(company) = row.optional_uuid(USAGE)? {
                let (bytes, first_hour) = (row.integer(USAGE + 1)?, row.integer(USAGE + 2)?);
                let bytes = u64::try_from(bytes).unwrap_or_default();
                let available_in = idempotency::time_until_uncounted(first_hour, now);
                loaded.used.insert(company.into(), Usage { bytes, available_in });
            }
        }
        Ok(loaded)
    }

    async fn store_responses(&mut self, expired: &BTreeSet<RequestKey>, new: &[ResponseRow]) -> Result<()> {
        if !expired.is_empty() {
            let (companies, names) = columns(expired);
            self.run(sqlx::query(REMOVE).bind(companies).bind(names)).await?;
        }
        let headers = new.iter().map(ResponseRow::headers_json).collect::<Result<Vec<String>, _>>()?;
        let contacts: Vec<_> = new
            .iter()
            .flat_map(|row| row.response.contacts.iter().map(|contact| (&row.request, contact)))
            .collect();
        let added: Vec<_> = usage::by_hour(new).into_iter().collect();
        let put = sqlx::query(PUT)
            .bind(column(new, |row| row.request.company_id.0))
            .bind(column(new, |row| row.request.key_hash.as_slice()))
            .bind(column(new, |row| row.request.content_hash.as_slice()))
            .bind(column(new, |row| i64::from(row.response.status)))
            .bind(headers)
            .bind(column(new, |row| row.response.body.bytes.as_slice()))
            .bind(column(new, |row| row.response.body.is_compressed))
            .bind(column(new, |row| row.response.is_encrypted))
            .bind(column(new, |row| row.created_at.as_datetime()))
            .bind(column(&added, |((company, _), _)| company.0))
            .bind(column(&added, |((_, hour), _)| *hour))
            .bind(column(&added, |(_, bytes)| *bytes))
            .bind(column(&contacts, |(request, _)| request.company_id.0))
            .bind(column(&contacts, |(_, contact)| contact.0))
            .bind(column(&contacts, |(request, _)| request.key_hash.as_slice()));
        self.run(put).await
    }
}

impl PostgresConnection<'_> {
    /// Removes the stored responses that contain data of contacts.
    pub(super) async fn delete_responses_with(&mut self, contacts: &[&ContactRecord]) -> Result<()> {
        let remove = sqlx::query(REMOVE_OF_CONTACTS)
            .bind(column(contacts, |record| record.company_id.0))
            .bind(column(contacts, |record| record.id.0));
        self.run(remove).await
    }
}

fn columns(keys: &BTreeSet<RequestKey>) -> (Vec<Uuid>, Vec<&[u8]>) {
    keys.iter().map(|(company, name)| (company.0, name.as_slice())).unzip()
}

/// Returns the advisory lock of a request. The transaction that processes the request holds it until it ends. The name
/// of the lock must not change, because servers of another version may use the same database.
fn lock_of((company, name): &RequestKey) -> i64 {
    advisory_lock::of(&[company.0.as_bytes(), b"answer", name])
}
