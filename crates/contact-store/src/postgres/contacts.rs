//! Loads contacts for a set of writes from PostgreSQL. One statement loads the whole set.

use std::collections::{BTreeSet, HashMap};

use contact_model::{CompanyId, JsonText};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::advisory_lock;
use super::connection::{Locking, PostgresConnection, failure};
use super::statements::{column, contact_values};
use crate::connection::{Row as _, parse_stored};
use crate::contacts::columns::{COLUMN_COUNT, contact_columns};
use crate::contacts::record::ContactRecord;
use crate::contacts::transaction::{
    CompanySettings, ContactRef, CustomFieldValue, KeyKind, KeyLookups, LoadContacts, LoadValues,
    LoadedContacts, MatchingKey, MergedMatch,
};
use crate::{Result, StoreError};

/// Locks the rows of companies. A change of a company's country writes this row first, and so does the first merge
/// of two contacts. Such a change and the writes that read the row wait for each other.
const SETTINGS: &str = "SELECT company_id, country, has_merged_contacts FROM companies WHERE company_id = ANY ($1) ORDER BY company_id FOR SHARE";
/// Takes the locks in the order of the array, which is the same in every transaction.
const LOCK_KEYS: &str = "SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS keys (key)";
/// Selects the contacts with the given ids, and the locations of their rows.
const LOAD: &str = concat!(
    "SELECT ",
    contact_columns!(),
    ", c.location FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, id)
     CROSS JOIN LATERAL (
         SELECT *, ctid::text AS location FROM contacts WHERE company_id = wanted.company_id AND id = wanted.id LIMIT 1
     ) c"
);
/// Selects the contacts with the given ids, and the oldest contacts of each key with the key's number, and the locations
/// of their rows. Locks the rows in the order of their ids, which is the same in every transaction. If another
/// transaction removes a row in the meantime, this returns a row of NULLs for it, because its key may match another
/// contact then. A deleted contact has no matching keys, and a merged one keeps them. The condition names `merged_into`,
/// because `deleted_at IS NULL` would allow plans that scan an index of all contacts in their order.
const LOAD_LOCKED: &str = concat!(
    "WITH wanted AS MATERIALIZED (
         SELECT named.company_id, named.id, NULL::bigint AS number
         FROM unnest($1::uuid[], $2::uuid[]) AS named (company_id, id)
         UNION ALL
         SELECT lookup.company_id, match.id, lookup.number
         FROM unnest($3::uuid[], $4::boolean[], $5::text[], $6::bigint[]) WITH ORDINALITY
             AS lookup (company_id, is_phone, key, max_contacts, number)
         CROSS JOIN LATERAL (
             (SELECT c.id FROM contacts c
              WHERE lookup.is_phone AND c.company_id = lookup.company_id AND c.phone_key = lookup.key
                  AND c.merged_into IS NULL
              ORDER BY c.created_at, c.id LIMIT lookup.max_contacts)
             UNION ALL
             (SELECT c.id FROM contacts c
              WHERE NOT lookup.is_phone AND c.company_id = lookup.company_id AND c.email_key = lookup.key
                  AND c.merged_into IS NULL
              ORDER BY c.created_at, c.id LIMIT lookup.max_contacts)
         ) match
         ORDER BY company_id, id
     )
     SELECT ",
    contact_columns!(),
    ", c.location, wanted.number
     FROM wanted LEFT JOIN LATERAL (
         SELECT *, ctid::text AS location FROM contacts
         WHERE contacts.company_id = wanted.company_id AND contacts.id = wanted.id FOR UPDATE
     ) c ON true"
);
/// Counts the contacts of each phone key, in the order of the keys.
const COUNT: &str = "SELECT (
         SELECT count(*) FROM (
             SELECT 1 FROM contacts c WHERE c.company_id = lookup.company_id AND c.phone_key = lookup.key
                 AND c.merged_into IS NULL
             ORDER BY c.created_at, c.id LIMIT lookup.max_contacts
         ) matching
     )
     FROM unnest($1::uuid[], $2::text[], $3::bigint[]) WITH ORDINALITY AS lookup (company_id, key, max_contacts, number)
     ORDER BY lookup.number";
/// Selects the oldest merged contacts of each key with the key's number, each with the contact that it was merged into,
/// also through others.
const MERGED: &str =
    "SELECT lookup.number, merged.first, merged.id
     FROM unnest($1::uuid[], $2::boolean[], $3::text[], $4::bigint[]) WITH ORDINALITY
         AS lookup (company_id, is_phone, key, max_contacts, number)
     CROSS JOIN LATERAL (
         WITH RECURSIVE chain (id, merged_into, deleted_at, age, first) AS (
             (SELECT c.id, c.merged_into, c.deleted_at, c.created_at, c.id FROM contacts c
              WHERE lookup.is_phone AND c.company_id = lookup.company_id AND c.phone_key = lookup.key
                  AND c.merged_into IS NOT NULL
              UNION ALL
              SELECT c.id, c.merged_into, c.deleted_at, c.created_at, c.id FROM contacts c
              WHERE NOT lookup.is_phone AND c.company_id = lookup.company_id AND c.email_key = lookup.key
                  AND c.merged_into IS NOT NULL)
             UNION ALL
             SELECT c.id, c.merged_into, c.deleted_at, chain.age, chain.first
             FROM chain CROSS JOIN LATERAL (
                 SELECT * FROM contacts
                 WHERE contacts.company_id = lookup.company_id AND contacts.id = chain.merged_into LIMIT 1
             ) c
         )
         SELECT first, id, age FROM chain WHERE deleted_at IS NULL ORDER BY age, first LIMIT lookup.max_contacts
     ) merged
     ORDER BY lookup.number, merged.age, merged.first";
const VALUES: &str = concat!(
    "SELECT v.company_id, v.contact_id, v.field_id, v.value
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, contact_id)
     CROSS JOIN LATERAL ",
    contact_values!("wanted"),
    " v"
);

/// The statements that look up contacts by their matching keys, each with its number of parameters.
#[cfg(test)]
pub(crate) const MATCH_STATEMENTS: &[(&str, usize)] = &[(LOAD_LOCKED, 6), (COUNT, 3), (MERGED, 4)];

impl LoadContacts for PostgresConnection<'_> {
    async fn company_settings(
        &mut self,
        companies: &BTreeSet<CompanyId>,
    ) -> Result<HashMap<CompanyId, CompanySettings>> {
        let ids: Vec<Uuid> = companies.iter().map(|company| company.0).collect();
        let rows = self.rows(sqlx::query(SETTINGS).bind(ids)).await?;
        let settings = |row: &PgRow| {
            let country = parse_stored(row.try_get(1).map_err(failure)?)?;
            let has_merged_contacts = row.boolean(2)?;
            Ok((row.uuid(0)?.into(), CompanySettings { country, has_merged_contacts }))
        };
        rows.iter().map(settings).collect()
    }

    async fn lock_keys(&mut self, keys: &KeyLookups) -> Result<()> {
        let mut locks: Vec<i64> = keys.keys().map(lock_of).collect();
        locks.sort_unstable();
        self.run(sqlx::query(LOCK_KEYS).bind(locks)).await
    }

    async fn count_contacts(&mut self, phones: &KeyLookups) -> Result<HashMap<MatchingKey, usize>> {
        let keys: Vec<&MatchingKey> = phones.keys().collect();
        let counts: Vec<i64> = sqlx::query_scalar(COUNT)
            .bind(column(&keys, |key| key.company_id.0))
            .bind(column(&keys, |key| key.key.as_str()))
            .bind(limits(phones))
            .fetch_all(&mut *self.connection)
            .await
            .map_err(failure)?;
        let counts = counts.into_iter().map(|count| usize::try_from(count).unwrap_or_default());
        Ok(phones.keys().cloned().zip(counts).collect())
    }

    async fn load_contacts(
        &mut self,
        keys: &KeyLookups,
        contacts: &BTreeSet<ContactRef>,
    ) -> Result<LoadedContacts> {
        let limit = limits(keys);
        let keys: Vec<&MatchingKey> = keys.keys().collect();
        let (companies, ids) = columns(contacts);
        let locked = self.locking == Locking::Pessimistic;
        let statement = if locked { LOAD_LOCKED } else { LOAD };
        let mut load = sqlx::query(statement).bind(companies).bind(ids);
        if locked {
            load = load
                .bind(column(&keys, |key| key.company_id.0))
                .bind(column(&keys, |key| key.kind == KeyKind::Phone))
                .bind(column(&keys, |key| key.key.as_str()))
                .bind(limit);
        }
        let rows = self.rows(load).await?;
        let mut loaded = LoadedContacts::default();
        for row in &rows {
            let number: Option<i64> =
                if locked { row.try_get(COLUMN_COUNT + 1).map_err(failure)? } else { None };
            let index = number.and_then(|number| usize::try_from(number - 1).ok());
            let key = index.and_then(|index| keys.get(index));
            let is_there = row.optional_uuid(0)?.is_some();
            if !is_there && key.is_some() {
                return Err(StoreError::conflict("a matched contact was erased"));
            }
            if is_there {
                let record = ContactRecord::read(row)?;
                if let Some(key) = key {
                    loaded.matches.entry((*key).clone()).or_default().push(record.id);
                }
                self.locations.insert(record.contact_ref(), row.text(COLUMN_COUNT)?);
                loaded.records.insert(record.contact_ref(), record);
            }
        }
        Ok(loaded)
    }

    async fn find_merged(&mut self, keys: &KeyLookups) -> Result<HashMap<MatchingKey, Vec<MergedMatch>>> {
        let limit = limits(keys);
        let keys: Vec<&MatchingKey> = keys.keys().collect();
        let find = sqlx::query(MERGED)
            .bind(column(&keys, |key| key.company_id.0))
            .bind(column(&keys, |key| key.kind == KeyKind::Phone))
            .bind(column(&keys, |key| key.key.as_str()))
            .bind(limit);
        let mut merged: HashMap<MatchingKey, Vec<MergedMatch>> = HashMap::new();
        for row in &self.rows(find).await? {
            let number = usize::try_from(row.integer(0)? - 1).ok();
            let found = MergedMatch { id: row.uuid(1)?.into(), survivor: row.uuid(2)?.into() };
            if let Some(key) = number.and_then(|number| keys.get(number)) {
                merged.entry((*key).clone()).or_default().push(found);
            }
        }
        Ok(merged)
    }
}

impl LoadValues for PostgresConnection<'_> {
    async fn load_values(&mut self, contacts: &BTreeSet<ContactRef>) -> Result<Vec<CustomFieldValue>> {
        let (companies, ids) = columns(contacts);
        let rows = self.rows(sqlx::query(VALUES).bind(companies).bind(ids)).await?;
        let value = |row: &PgRow| {
            Ok(CustomFieldValue {
                contact: (row.uuid(0)?.into(), row.uuid(1)?.into()),
                field_id: row.uuid(2)?.into(),
                value: JsonText::from_stored(row.text(3)?),
            })
        };
        rows.iter().map(value).collect()
    }
}

/// Returns how many contacts of each key to look at.
fn limits(keys: &KeyLookups) -> Vec<i64> {
    keys.values().map(|limit| i64::try_from(*limit).unwrap_or(i64::MAX)).collect()
}

fn columns(contacts: &BTreeSet<ContactRef>) -> (Vec<Uuid>, Vec<Uuid>) {
    contacts.iter().map(|(company, contact)| (company.0, contact.0)).unzip()
}

/// Returns the advisory lock of a key.
fn lock_of(key: &MatchingKey) -> i64 {
    let kind = [u8::from(key.kind == KeyKind::Phone)];
    advisory_lock::of(&[key.company_id.0.as_bytes(), &kind, key.key.as_bytes()])
}
