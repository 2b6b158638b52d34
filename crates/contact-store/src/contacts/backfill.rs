//! Updates stored contacts to the program's rules for computed values: matching keys, words, sort keys of names,
//! and the keys of custom-field values. Also begins the log of changes of contacts that are older than the log.
//!
//! This runs while the store opens, in pieces. Each piece is a transaction of bounded size that also stores its
//! progress. So an interrupted backfill continues from there, other work gets turns in between, and several servers
//! that start together share the work.

use std::collections::BTreeSet;

use contact_model::clock::Clock;
use contact_model::{CompanyId, ContactId, Country, JsonText, search, value_key};

use super::change_log::ChangeLog;
use super::columns::{COLUMN_COUNT, contact_columns};
use super::derived_rows::{DerivedColumns, DerivedRows};
use super::first_entries;
use super::record::ContactRecord;
use super::transaction::{Changes, ContactTransaction};
use super::work::Work;
use crate::Result;
use crate::company::rules_progress::{RULES, set_progress};
use crate::connection::{Connection, Dialect, Row, Value};

/// The maximum number of contacts, and of custom-field values, that one transaction updates.
const ROWS: i64 = 500;
/// The maximum number of companies that one transaction looks at.
const COMPANIES: i64 = 50;

/// Selects the companies with contacts to update, each with the last contact that is up to date.
const PENDING: &str = "SELECT c.company_id, CASE WHEN r.version = $1 THEN r.done_to END
     FROM companies c LEFT JOIN contact_rules r ON r.company_id = c.company_id
     WHERE r.version IS NULL OR r.version < $1 OR (r.version = $1 AND r.done_to IS NOT NULL)
     ORDER BY c.company_id LIMIT $2";
const NEXT_IDS: &str = "SELECT id FROM contacts WHERE company_id = $1 AND id > $2 ORDER BY id LIMIT $3";

/// Selects the contacts of a range of ids.
const CONTACTS: &str = concat!(
    "SELECT ",
    contact_columns!(),
    ", c.name_key, c.search_text FROM contacts c
     WHERE c.company_id = $1 AND c.id > $2 AND c.id <= $3 ORDER BY c.id"
);
/// Selects the contacts of a range of ids that have no entry in the log. This is another statement, because the one
/// that locks the contacts does not see what another transaction changed while it waited.
const WITHOUT_ENTRY: &str = "SELECT c.id FROM contacts c
     WHERE c.company_id = $1 AND c.id > $2 AND c.id <= $3 AND EXISTS (
         SELECT 1 FROM latest_changes l
         WHERE l.company_id = c.company_id AND l.is_deleted = (c.deleted_at IS NOT NULL)
             AND l.updated_at = c.updated_at AND l.contact_id = c.id AND l.sequence = 0
         LIMIT 1 OFFSET 0
     )";
/// Does not change the version, because nothing that a response contains changes.
const SET: &str = "UPDATE contacts SET email_key = $1, phone_key = $2, name_key = $3, search_text = $4
     WHERE company_id = $5 AND id = $6";
const WITHOUT_KEY: &str = "SELECT company_id, contact_id, field_id, value FROM custom_field_values
     WHERE value_key IS NULL ORDER BY company_id, contact_id, field_id LIMIT $1";
const SET_KEY: &str = "UPDATE custom_field_values SET value_key = $1
     WHERE company_id = $2 AND contact_id = $3 AND field_id = $4";

/// Updates the next rows. Returns true if more rows may need an update.
pub(crate) struct Backfill;

impl Work for Backfill {
    type Output = bool;

    async fn run<C: ContactTransaction>(&self, connection: &mut C, clock: &dyn Clock) -> Result<bool> {
        // Several servers may start together.
        connection.lock("backfill").await?;
        let contacts = update_contacts(connection, clock).await?;
        let values = update_value_keys(connection).await?;
        Ok(contacts || values > 0)
    }
}

async fn update_contacts<C: ContactTransaction>(connection: &mut C, clock: &dyn Clock) -> Result<bool> {
    let mut log = ChangeLog::default();
    let values = [Value::Integer(RULES), Value::Integer(COMPANIES)];
    let pending = connection
        .query(PENDING, &values, |row| Ok((CompanyId(row.uuid(0)?), row.optional_uuid(1)?.map(ContactId))))
        .await?;
    if pending.is_empty() {
        return Ok(false);
    }
    let companies = pending.iter().map(|(company, _)| *company).collect();
    let settings = connection.company_settings(&companies).await?;
    let mut max_rows = ROWS;
    for (company, done_to) in pending {
        let Some(settings) = settings.get(&company) else { continue };
        let part = (company, settings.country, done_to);
        max_rows -= update_company(connection, clock, part, max_rows, &mut log).await?;
        if max_rows <= 0 {
            break;
        }
    }
    connection.write_log(&log).await?;
    Ok(true)
}

/// Updates the next contacts of a company, at most `max_rows`, and returns their number.
async fn update_company<C: ContactTransaction>(
    connection: &mut C,
    clock: &dyn Clock,
    (company, country, done_to): (CompanyId, Country, Option<ContactId>),
    max_rows: i64,
    log: &mut ChangeLog,
) -> Result<i64> {
    let values = [Value::uuid(company), Value::id_lower_bound(done_to), Value::Integer(max_rows)];
    let ids = connection.query(NEXT_IDS, &values, |row| Ok(ContactId(row.uuid(0)?))).await?;
    let count = i64::try_from(ids.len()).unwrap_or(max_rows);
    if let Some(last) = ids.last() {
        let lock = match C::DIALECT {
            // A transaction that writes locks the whole file.
            Dialect::Sqlite => "",
            // Locks the rows in the order of their ids, so that no write of another server is lost.
            Dialect::Postgres => " FOR UPDATE OF c",
        };
        let statement = format!("{CONTACTS}{lock}");
        let range = [Value::uuid(company), Value::id_lower_bound(done_to), Value::uuid(*last)];
        let contacts = connection.query_built(&statement, &range, StoredContact::read).await?;
        let mut derived = DerivedRows::default();
        for contact in &contacts {
            contact.update(connection, country, &mut derived).await?;
        }
        connection.write(&Changes { derived, ..Changes::default() }).await?;
        let without_entry = connection.query(WITHOUT_ENTRY, &range, |row| row.uuid(0).map(ContactId)).await?;
        let without_entry: BTreeSet<ContactId> = without_entry.into_iter().collect();
        let records = contacts.into_iter().map(|contact| contact.record);
        let unlogged = records.filter(|record| without_entry.contains(&record.id)).collect();
        first_entries::add(connection, clock, company, unlogged, log).await?;
    }
    let is_done = count < max_rows;
    set_progress(connection, company, ids.last().copied().filter(|_| !is_done)).await?;
    Ok(count)
}

/// A contact with its stored computed values.
struct StoredContact {
    record: ContactRecord,
    name_key: Option<String>,
    search_text: Option<String>,
}

impl StoredContact {
    fn read(row: &dyn Row) -> Result<Self> {
        Ok(Self {
            record: ContactRecord::read(row)?,
            name_key: row.optional_text(COLUMN_COUNT)?,
            search_text: row.optional_text(COLUMN_COUNT + 1)?,
        })
    }

    /// Stores the computed values of the contact if the rules now compute other ones, and adds the difference
    /// between its stored and its new words to `derived`.
    async fn update<C: Connection>(
        &self,
        connection: &mut C,
        country: Country,
        derived: &mut DerivedRows,
    ) -> Result<()> {
        let Self { record, name_key, search_text } = self;
        let words = record.words();
        let derived_columns = DerivedColumns::from_words(record, &words);
        let (email_key, phone_key) = record.keys(country);
        let stored = [&record.email_key, &record.phone_key, name_key, search_text];
        let computed =
            [&email_key, &phone_key, &derived_columns.name_key, &Some(derived_columns.search_text)];
        if computed == stored {
            return Ok(());
        }
        let [email_key, phone_key, name_key, search] = computed.map(|text| Value::Text(text.as_deref()));
        let (company, id) = (Value::uuid(record.company_id), Value::uuid(record.id));
        connection.execute(SET, &[email_key, phone_key, name_key, search, company, id]).await?;
        // A deleted contact has no rows for its words.
        if !record.is_deleted() {
            let stored = search::words_of_search_text(search_text.as_deref().unwrap_or_default());
            derived.add_words(record, &stored.map(str::to_owned).collect::<BTreeSet<_>>(), &words);
        }
        Ok(())
    }
}

async fn update_value_keys<C: ContactTransaction>(connection: &mut C) -> Result<usize> {
    let rows = connection
        .query(WITHOUT_KEY, &[Value::Integer(ROWS)], |row| {
            Ok((row.uuid(0)?, row.uuid(1)?, row.uuid(2)?, JsonText::from_stored(row.text(3)?)))
        })
        .await?;
    for (company, contact, field, value) in &rows {
        let key = value_key::for_stored(value);
        let values = [Value::text(&key), Value::uuid(*company), Value::uuid(*contact), Value::uuid(*field)];
        connection.execute(SET_KEY, &values).await?;
    }
    Ok(rows.len())
}
