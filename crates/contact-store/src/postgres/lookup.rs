//! Reading contacts from PostgreSQL: one statement reads the whole set.

use std::collections::{BTreeMap, HashMap};

use contact_model::{AgentThread, ContactDetail, JsonText};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::connection::failure;
use super::contacts::column;
use super::lease::Lease;
use crate::StoreError;
use crate::contacts::lookup::{ContactLookup, FoundContact, read_thread};
use crate::contacts::record::contact_columns;
use crate::queue::Answers;

const GET: &str = concat!(
    "SELECT ",
    contact_columns!(),
    ", a.id, a.name, a.active
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, id)
     JOIN contacts c ON c.company_id = wanted.company_id AND c.id = wanted.id AND c.deleted_at IS NULL
     LEFT JOIN agents a ON a.company_id = c.company_id AND a.id = c.active_agent_id"
);
const RECENT_THREADS: &str = "SELECT wanted.company_id, wanted.contact_id, t.id, a.name, a.id, t.kind,
         t.status, t.direction, t.duration, t.created_at
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, contact_id)
     CROSS JOIN LATERAL (
         SELECT * FROM agent_threads t
         WHERE t.company_id = wanted.company_id AND t.contact_id = wanted.contact_id
         ORDER BY t.created_at DESC, t.id DESC LIMIT 3
     ) t
     JOIN agents a ON a.company_id = t.company_id AND a.id = t.agent_id
     ORDER BY t.created_at DESC, t.id DESC";
const NAMED_VALUES: &str = "SELECT v.company_id, v.contact_id, f.name, v.value
     FROM custom_field_values v
     JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, contact_id)
         ON v.company_id = wanted.company_id AND v.contact_id = wanted.contact_id
     JOIN custom_fields f ON f.company_id = v.company_id AND f.id = v.field_id";

/// A contact of a company, as the database names it.
type Key = (Uuid, Uuid);

/// Reads a set of contacts; `None` for each that its company does not have.
pub(super) async fn get(
    lease: &Lease,
    lookups: &[ContactLookup],
) -> Result<Answers<Option<ContactDetail>>, StoreError> {
    loop {
        let mut leased = lease.take().await?;
        let outcome = read(&mut leased.connection, lookups).await;
        let used_before = leased.used_before;
        lease.give_back(leased, outcome.as_ref().err());
        match outcome {
            // A new connection may do better than one that lay idle.
            Err(StoreError::Unavailable(_)) if used_before => {}
            outcome => return outcome,
        }
    }
}

async fn read(
    connection: &mut PgConnection,
    lookups: &[ContactLookup],
) -> Result<Answers<Option<ContactDetail>>, StoreError> {
    let rows = select(connection, GET, &keys(lookups.iter())).await?;
    let mut found: HashMap<Key, FoundContact> = HashMap::with_capacity(rows.len());
    for row in &rows {
        let contact = FoundContact::read(row)?;
        found.insert((contact.record.company_id.0, contact.record.id.0), contact);
    }

    let mut threads: HashMap<Key, Vec<AgentThread>> = HashMap::new();
    let with_threads: Vec<Key> =
        found.iter().filter(|(_, contact)| contact.has_threads()).map(|(key, _)| *key).collect();
    if !with_threads.is_empty() {
        for row in select(connection, RECENT_THREADS, &with_threads).await? {
            threads.entry(key_of(&row)?).or_default().push(read_thread(&row, 2)?);
        }
    }

    let mut custom_fields: HashMap<Key, BTreeMap<String, JsonText>> = HashMap::new();
    let with_values = keys(lookups.iter().filter(|lookup| lookup.include.custom_fields));
    if !with_values.is_empty() {
        for row in select(connection, NAMED_VALUES, &with_values).await? {
            let name = row.try_get(2).map_err(failure)?;
            let value = JsonText::from_stored(row.try_get(3).map_err(failure)?);
            custom_fields.entry(key_of(&row)?).or_default().insert(name, value);
        }
    }

    let answers = lookups.iter().map(|lookup| {
        let key = (lookup.company_id.0, lookup.id.0);
        // A contact may be looked up twice in a set, so nothing is taken out of the maps.
        let contact = found.get(&key)?.clone();
        let threads = threads.get(&key).cloned().unwrap_or_default();
        let custom_fields = custom_fields.get(&key).cloned().unwrap_or_default();
        Some(contact.into_detail(threads, custom_fields, lookup.include))
    });
    Ok(answers.map(Ok).collect())
}

fn keys<'l>(lookups: impl Iterator<Item = &'l ContactLookup>) -> Vec<Key> {
    lookups.map(|lookup| (lookup.company_id.0, lookup.id.0)).collect()
}

fn key_of(row: &PgRow) -> Result<Key, StoreError> {
    Ok((row.try_get(0).map_err(failure)?, row.try_get(1).map_err(failure)?))
}

/// Runs a statement that takes companies and contacts.
async fn select(
    connection: &mut PgConnection,
    sql: &'static str,
    keys: &[Key],
) -> Result<Vec<PgRow>, StoreError> {
    sqlx::query(sql)
        .bind(column(keys, |key| key.0))
        .bind(column(keys, |key| key.1))
        .fetch_all(connection)
        .await
        .map_err(failure)
}
