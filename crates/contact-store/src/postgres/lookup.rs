//! Reads contacts from PostgreSQL. One statement reads the whole set.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sqlx::postgres::PgRow;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use super::connection::{BEGIN_SNAPSHOT, failure};
use super::statements::contact_values;
use super::worker::WorkerConnection;
use crate::connection::Row as _;
use crate::contacts::columns::contact_columns;
use crate::contacts::lookup::{ContactLookup, FoundContact, ReadContact};
use crate::queue::Results;
use crate::{Result, StoreError};

const GET: &str = concat!(
    "SELECT ",
    contact_columns!(),
    ", a.id, a.name, a.active, a.version
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, id)
     CROSS JOIN LATERAL (
         SELECT * FROM contacts WHERE company_id = wanted.company_id AND id = wanted.id LIMIT 1
     ) c
     LEFT JOIN LATERAL (
         SELECT * FROM agents WHERE company_id = c.company_id AND id = c.active_agent_id LIMIT 1
     ) a ON true
     WHERE c.deleted_at IS NULL"
);
const RECENT_THREADS: &str = "SELECT wanted.company_id, wanted.contact_id, c.version, t.id, a.name, a.id,
         t.kind, t.status, t.direction, t.duration, t.created_at, a.version
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, contact_id)
     CROSS JOIN LATERAL (
         SELECT version FROM contacts WHERE company_id = wanted.company_id AND id = wanted.contact_id LIMIT 1
     ) c
     CROSS JOIN LATERAL (
         SELECT * FROM agent_threads t
         WHERE t.company_id = wanted.company_id AND t.contact_id = wanted.contact_id
         ORDER BY t.created_at DESC, t.id DESC LIMIT 3
     ) t
     CROSS JOIN LATERAL (
         SELECT * FROM agents WHERE company_id = t.company_id AND id = t.agent_id LIMIT 1
     ) a
     ORDER BY t.created_at DESC, t.id DESC";
const NAMED_VALUES: &str = concat!(
    "SELECT wanted.company_id, wanted.contact_id, c.version, f.name, v.value, f.version
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, contact_id)
     CROSS JOIN LATERAL (
         SELECT version FROM contacts WHERE company_id = wanted.company_id AND id = wanted.contact_id LIMIT 1
     ) c
     LEFT JOIN LATERAL ",
    contact_values!("wanted"),
    " v ON true
     LEFT JOIN LATERAL (
         SELECT * FROM custom_fields WHERE company_id = v.company_id AND id = v.field_id LIMIT 1
     ) f ON true"
);

/// The company and the id of a contact, as the database stores them.
type Key = (Uuid, Uuid);

impl WorkerConnection {
    /// Reads a set of contacts. Returns `None` for each contact that its company does not have.
    pub(crate) async fn get(&mut self, lookups: &[ContactLookup]) -> Result<Results<Option<ReadContact>>> {
        loop {
            let mut session = self.take().await?;
            let connection = &mut session.connection;
            let read = async {
                match read(connection, lookups).await {
                    Err(StoreError::Conflict(_)) => read_in_snapshot(connection, lookups).await,
                    outcome => outcome,
                }
            };
            match self.sessions.watch(Arc::clone(&session.id), read).await {
                Some(outcome) => {
                    if let Some(outcome) = self.put_back(session, outcome) {
                        return outcome;
                    }
                }
                None => session.connection.close_on_drop(),
            }
        }
    }
}

/// Reads in a transaction whose statements see a contact as of one moment. It is used if a contact changed between
/// two statements.
async fn read_in_snapshot(
    connection: &mut PgConnection,
    lookups: &[ContactLookup],
) -> Result<Results<Option<ReadContact>>> {
    let mut transaction = connection.begin_with(BEGIN_SNAPSHOT).await.map_err(failure)?;
    let results = read(&mut transaction, lookups).await?;
    transaction.commit().await.map_err(failure)?;
    Ok(results)
}

async fn read(
    connection: &mut PgConnection,
    lookups: &[ContactLookup],
) -> Result<Results<Option<ReadContact>>> {
    let rows = select(connection, GET, lookups.iter().map(key_of)).await?;
    let mut found: HashMap<Key, FoundContact> = HashMap::with_capacity(rows.len());
    for row in &rows {
        let contact = FoundContact::read(row)?;
        found.insert((contact.record.company_id.0, contact.record.id.0), contact);
    }

    let with_threads = found.iter().filter(|(_, contact)| contact.has_threads()).map(|(key, _)| *key);
    for row in select(connection, RECENT_THREADS, with_threads).await? {
        let Some(contact) = found.get_mut(&(row.uuid(0)?, row.uuid(1)?)) else { continue };
        contact.add_thread(&row, 2)?;
    }

    let with_values = lookups.iter().filter(|lookup| lookup.include.custom_fields).map(key_of);
    // Each contact once, because counting a field twice would change the entity tag.
    let with_values: BTreeSet<Key> = with_values.filter(|key| found.contains_key(key)).collect();
    for row in select(connection, NAMED_VALUES, with_values).await? {
        let Some(contact) = found.get_mut(&(row.uuid(0)?, row.uuid(1)?)) else { continue };
        contact.add_value(&row, 2)?;
    }

    let results = lookups.iter().map(|lookup| {
        // A contact may be looked up twice in a set, so nothing is removed from the map.
        let contact = found.get(&key_of(lookup))?.clone();
        Some(contact.into_read(lookup.include))
    });
    Ok(results.map(Ok).collect())
}

fn key_of(lookup: &ContactLookup) -> Key {
    (lookup.company_id.0, lookup.id.0)
}

/// Runs a statement whose values are companies and contacts, if there are any.
async fn select(
    connection: &mut PgConnection,
    sql: &'static str,
    keys: impl IntoIterator<Item = Key>,
) -> Result<Vec<PgRow>> {
    let (companies, contacts): (Vec<Uuid>, Vec<Uuid>) = keys.into_iter().unzip();
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query(sql).bind(companies).bind(contacts).fetch_all(connection).await.map_err(failure)
}
