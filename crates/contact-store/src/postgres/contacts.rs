//! The statements of a set of writes on PostgreSQL: one moves the whole set.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use contact_model::{CompanyId, Country, JsonText, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::Row as _;
use uuid::Uuid;

use super::connection::{Isolation, PostgresConnection, commit_failure, failure};
use crate::StoreError;
use crate::connection::parse_stored;
use crate::contacts::record::{COLUMN_COUNT, ContactRecord, contact_columns};
use crate::contacts::transaction::{
    Changes, ContactKey, ContactTransaction, CustomFieldValue, KeyKind, LoadedContacts, MatchingKey, Revision,
};

macro_rules! update {
    () => {
        "UPDATE contacts c SET name = n.name, first_name = n.first_name,
             last_name = n.last_name, email = n.email, email_key = n.email_key, phone = n.phone,
             phone_key = n.phone_key, business_name = n.business_name, notes = n.notes, tags = n.tags,
             lead_source = n.lead_source, is_dnd = n.is_dnd, profile_picture_url = n.profile_picture_url,
             active_agent_id = n.active_agent_id, last_activity = n.last_activity,
             updated_at = n.updated_at, version = n.version
         FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
             $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::boolean[],
             $15::text[], $16::uuid[], $17::timestamptz[], $18::timestamptz[], $19::bigint[],
             $20::bigint[])
             AS n (company_id, id, name, first_name, last_name, email, email_key, phone, phone_key,
                   business_name, notes, tags, lead_source, is_dnd, profile_picture_url, active_agent_id,
                   last_activity, updated_at, version, stored_version)
         WHERE c.company_id = n.company_id AND c.id = n.id"
    };
}

/// A change of country writes this row first, so it and the writes that read the country wait for
/// each other.
const COUNTRIES: &str =
    "SELECT company_id, country FROM companies WHERE company_id = ANY ($1) ORDER BY company_id FOR SHARE";
/// Taken in the order of the array, which is the same in every transaction.
const LOCK_KEYS: &str = "SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS keys (key)";
/// The contacts that are named.
const LOAD: &str = concat!(
    "SELECT ",
    contact_columns!(),
    " FROM contacts c JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, id)
         ON c.company_id = wanted.company_id AND c.id = wanted.id"
);
/// The contacts that are named, and the oldest of each key with the key's number. Locks the rows in the
/// order of their ids, which is the same in every transaction.
const LOAD_LOCKED: &str = concat!(
    "WITH wanted AS MATERIALIZED (
         SELECT named.company_id, named.id, NULL::bigint AS number
         FROM unnest($1::uuid[], $2::uuid[]) AS named (company_id, id)
         UNION ALL
         SELECT sought.company_id, match.id, sought.number
         FROM unnest($3::uuid[], $4::boolean[], $5::text[]) WITH ORDINALITY
             AS sought (company_id, is_phone, key, number)
         CROSS JOIN LATERAL (
             (SELECT c.id FROM contacts c
              WHERE sought.is_phone AND c.company_id = sought.company_id AND c.phone_key = sought.key
              ORDER BY c.created_at, c.id LIMIT 1)
             UNION ALL
             (SELECT c.id FROM contacts c
              WHERE NOT sought.is_phone AND c.company_id = sought.company_id AND c.email_key = sought.key
              ORDER BY c.created_at, c.id LIMIT 1)
         ) match
     )
     SELECT ",
    contact_columns!(),
    ", wanted.number
     FROM wanted JOIN contacts c ON c.company_id = wanted.company_id AND c.id = wanted.id
     ORDER BY c.company_id, c.id FOR UPDATE OF c"
);
const VALUES: &str = "SELECT v.company_id, v.contact_id, v.field_id, v.value
     FROM custom_field_values v JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, contact_id)
         ON v.company_id = wanted.company_id AND v.contact_id = wanted.contact_id";
const INSERT: &str = "INSERT INTO contacts (company_id, id, name, first_name, last_name, email, email_key,
         phone, phone_key, business_name, notes, tags, lead_source, is_dnd, profile_picture_url,
         active_agent_id, last_activity, updated_at, version, created_at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
         $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::boolean[],
         $15::text[], $16::uuid[], $17::timestamptz[], $18::timestamptz[], $19::bigint[],
         $20::timestamptz[])";
const UPDATE: &str = update!();
/// A statement that fails has done nothing: it divides by zero where a row is not as it was loaded.
const UPDATE_UNCHANGED: &str = concat!(
    "WITH changed AS (",
    update!(),
    " AND c.version = n.stored_version RETURNING 1)
     SELECT 1 / (count(*) = cardinality($20))::integer FROM changed"
);
const PUT_VALUES: &str = "INSERT INTO custom_field_values (company_id, contact_id, field_id, value)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
     ON CONFLICT (company_id, contact_id, field_id) DO UPDATE SET value = excluded.value";
const REMOVE_VALUES: &str = "DELETE FROM custom_field_values v
     USING unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS gone (company_id, contact_id, field_id)
     WHERE v.company_id = gone.company_id AND v.contact_id = gone.contact_id AND v.field_id = gone.field_id";
const THREADS: &str = "INSERT INTO agent_threads (company_id, contact_id, id, agent_id, kind, status,
         direction, duration, created_at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
         $7::text[], $8::double precision[], $9::timestamptz[])";

impl ContactTransaction for PostgresConnection<'_> {
    async fn countries(
        &mut self,
        companies: &BTreeSet<CompanyId>,
    ) -> Result<HashMap<CompanyId, Country>, StoreError> {
        let ids: Vec<Uuid> = companies.iter().map(|company| company.0).collect();
        let rows =
            sqlx::query(COUNTRIES).bind(ids).fetch_all(&mut *self.connection).await.map_err(failure)?;
        rows.iter()
            .map(|row| {
                let id: Uuid = row.try_get(0).map_err(failure)?;
                let country: &str = row.try_get(1).map_err(failure)?;
                Ok((CompanyId(id), parse_stored(country)?))
            })
            .collect()
    }

    async fn lock_keys(&mut self, keys: &BTreeSet<MatchingKey>) -> Result<(), StoreError> {
        let mut locks: Vec<i64> = keys.iter().map(lock_of).collect();
        locks.sort_unstable();
        sqlx::query(LOCK_KEYS).bind(locks).execute(&mut *self.connection).await.map_err(failure)?;
        Ok(())
    }

    async fn load_contacts(
        &mut self,
        keys: &BTreeSet<MatchingKey>,
        contacts: &BTreeSet<ContactKey>,
    ) -> Result<LoadedContacts, StoreError> {
        let keys: Vec<&MatchingKey> = keys.iter().collect();
        let (companies, ids) = columns(contacts);
        let locked = self.isolation == Isolation::Locked;
        let statement = if locked { LOAD_LOCKED } else { LOAD };
        let mut load = sqlx::query(statement).bind(companies).bind(ids);
        if locked {
            load = load
                .bind(column(&keys, |key| key.company_id.0))
                .bind(column(&keys, |key| key.kind == KeyKind::Phone))
                .bind(column(&keys, |key| key.key.as_str()));
        }
        let rows = load.fetch_all(&mut *self.connection).await.map_err(failure)?;
        let mut loaded = LoadedContacts::default();
        for row in &rows {
            let record = ContactRecord::read(row)?;
            let number: Option<i64> = if locked { row.try_get(COLUMN_COUNT).map_err(failure)? } else { None };
            let index = number.and_then(|number| usize::try_from(number - 1).ok());
            let key = index.and_then(|index| keys.get(index));
            loaded.matches.extend(key.map(|key| ((*key).clone(), record.id)));
            loaded.records.insert((record.company_id, record.id), record);
        }
        Ok(loaded)
    }

    async fn load_values(
        &mut self,
        contacts: &BTreeSet<ContactKey>,
    ) -> Result<Vec<CustomFieldValue>, StoreError> {
        let (companies, ids) = columns(contacts);
        let rows = sqlx::query(VALUES)
            .bind(companies)
            .bind(ids)
            .fetch_all(&mut *self.connection)
            .await
            .map_err(failure)?;
        rows.iter()
            .map(|row| {
                let [company, contact, field] = [0, 1, 2].map(|index| row.try_get::<Uuid, _>(index));
                Ok(CustomFieldValue {
                    contact: (company.map_err(failure)?.into(), contact.map_err(failure)?.into()),
                    field_id: field.map_err(failure)?.into(),
                    value: JsonText::from_stored(row.try_get(3).map_err(failure)?),
                })
            })
            .collect()
    }

    async fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        match self.isolation {
            Isolation::Locked => self.write_all(changes).await,
            Isolation::Optimistic => self.write_unchanged(changes).await,
        }
    }
}

impl PostgresConnection<'_> {
    /// Writes in one statement what asks for no other, if it is still as it was loaded.
    async fn write_unchanged(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let Changes { inserted, updated, values_put, values_removed, threads } = changes;
        let one_statement =
            inserted.is_empty() && values_put.is_empty() && values_removed.is_empty() && threads.is_empty();
        if !one_statement {
            return Err(StoreError::conflict("several statements need a transaction"));
        }
        if updated.is_empty() {
            return Ok(());
        }
        // The statement commits itself, so it may have done so where the connection breaks now.
        bind_revisions(UPDATE_UNCHANGED, updated)?
            .execute(&mut *self.connection)
            .await
            .map(|_| ())
            .map_err(commit_failure)
    }

    async fn write_all(&mut self, changes: &Changes) -> Result<(), StoreError> {
        if !changes.inserted.is_empty() {
            let inserted: Vec<&ContactRecord> = changes.inserted.iter().map(|record| &**record).collect();
            let created: Vec<_> = column(&inserted, |record| record.created_at.as_datetime());
            bind_records(INSERT, &inserted)?
                .bind(created)
                .execute(&mut *self.connection)
                .await
                .map_err(failure)?;
        }
        if !changes.updated.is_empty() {
            bind_revisions(UPDATE, &changes.updated)?
                .execute(&mut *self.connection)
                .await
                .map_err(failure)?;
        }
        if !changes.values_put.is_empty() {
            let put = &changes.values_put;
            sqlx::query(PUT_VALUES)
                .bind(column(put, |value| value.contact.0.0))
                .bind(column(put, |value| value.contact.1.0))
                .bind(column(put, |value| value.field_id.0))
                .bind(column(put, |value| value.value.as_str()))
                .execute(&mut *self.connection)
                .await
                .map_err(failure)?;
        }
        if !changes.values_removed.is_empty() {
            let removed = &changes.values_removed;
            sqlx::query(REMOVE_VALUES)
                .bind(column(removed, |((company, _), _)| company.0))
                .bind(column(removed, |((_, contact), _)| contact.0))
                .bind(column(removed, |(_, field)| field.0))
                .execute(&mut *self.connection)
                .await
                .map_err(failure)?;
        }
        if !changes.threads.is_empty() {
            let rows = &changes.threads;
            sqlx::query(THREADS)
                .bind(column(rows, |row| row.contact.0.0))
                .bind(column(rows, |row| row.contact.1.0))
                .bind(column(rows, |row| row.thread.id.0))
                .bind(column(rows, |row| row.thread.agent_id.0))
                .bind(column(rows, |row| row.thread.kind.as_str()))
                .bind(column(rows, |row| row.thread.status.as_str()))
                .bind(column(rows, |row| row.thread.direction.as_str()))
                .bind(column(rows, |row| row.thread.duration))
                .bind(column(rows, |row| row.thread.created_at.as_datetime()))
                .execute(&mut *self.connection)
                .await
                .map_err(failure)?;
        }
        Ok(())
    }
}

type Statement<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Binds the columns that both statements take, an array each.
fn bind_records<'q>(sql: &'static str, records: &[&'q ContactRecord]) -> Result<Statement<'q>, StoreError> {
    let tags = records.iter().map(|record| record.tags_json()).collect::<Result<Vec<String>, _>>()?;
    let text = |of: fn(&'q ContactRecord) -> Option<&'q str>| -> Vec<Option<&'q str>> {
        records.iter().map(|record| of(record)).collect()
    };
    let time = |at: Timestamp| -> DateTime<Utc> { at.as_datetime() };
    Ok(sqlx::query(sql)
        .bind(column(records, |record| record.company_id.0))
        .bind(column(records, |record| record.id.0))
        .bind(text(|record| record.state.name.as_deref()))
        .bind(text(|record| record.state.first_name.as_deref()))
        .bind(text(|record| record.state.last_name.as_deref()))
        .bind(text(|record| record.state.email.as_deref()))
        .bind(text(|record| record.email_key.as_deref()))
        .bind(text(|record| record.state.phone.as_deref()))
        .bind(text(|record| record.phone_key.as_deref()))
        .bind(text(|record| record.state.business_name.as_deref()))
        .bind(text(|record| record.state.notes.as_deref()))
        .bind(tags)
        .bind(column(records, |record| record.state.lead_source.as_str()))
        .bind(column(records, |record| record.state.is_dnd))
        .bind(text(|record| record.profile_picture_url.as_deref()))
        .bind(column(records, |record| record.active_agent_id.map(|agent| agent.0)))
        .bind(column(records, |record| record.last_activity.map(time)))
        .bind(column(records, |record| time(record.updated_at)))
        .bind(column(records, |record| record.version)))
}

/// Binds the columns of an update.
fn bind_revisions<'q>(sql: &'static str, revisions: &'q [Revision]) -> Result<Statement<'q>, StoreError> {
    let records: Vec<&ContactRecord> = revisions.iter().map(|revision| &*revision.now).collect();
    Ok(bind_records(sql, &records)?.bind(column(revisions, |revision| revision.stored.version)))
}

/// One column of a set of rows.
pub(super) fn column<'r, R, T>(rows: &'r [R], of: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

fn columns(contacts: &BTreeSet<ContactKey>) -> (Vec<Uuid>, Vec<Uuid>) {
    contacts.iter().map(|(company, contact)| (company.0, contact.0)).unzip()
}

/// The advisory lock of a key. Two keys may share one, which costs a wait and harms nothing.
fn lock_of(key: &MatchingKey) -> i64 {
    let mut hash = Sha256::new();
    hash.update(key.company_id.0);
    hash.update([u8::from(key.kind == KeyKind::Phone)]);
    hash.update(&key.key);
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().take(8).fold(0, |lock, byte| (lock << 8) | i64::from(*byte))
}
