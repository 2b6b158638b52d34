//! Working out what contacts are found by that were written before anything was found by it. The
//! migration leaves NULL where a rule of the server's is needed.

use std::collections::BTreeSet;

use contact_model::clock::Clock;
use contact_model::{CompanyId, ContactId, CustomFieldId, JsonText, value_key};

use super::derived_rows::{DerivedRows, FoundBy};
use super::record::{ContactRecord, contact_columns};
use super::transaction::{Changes, ContactTransaction};
use crate::StoreError;
use crate::connection::Value;
use crate::set::Work;

const WITHOUT_WORDS: &str = concat!(
    "SELECT ",
    contact_columns!(),
    " FROM contacts c WHERE c.search_text IS NULL ORDER BY c.company_id, c.id LIMIT $1"
);
const SET_WORDS: &str =
    "UPDATE contacts SET name_key = $1, search_text = $2 WHERE company_id = $3 AND id = $4";
const WITHOUT_KEY: &str = "SELECT company_id, contact_id, field_id, value FROM custom_field_values
     WHERE value_key IS NULL ORDER BY company_id, contact_id, field_id LIMIT $1";
const SET_KEY: &str = "UPDATE custom_field_values SET value_key = $1
     WHERE company_id = $2 AND contact_id = $3 AND field_id = $4";

/// Rows worked out in one transaction.
const ROWS: i64 = 500;

/// Works out the next rows; answers whether any were left.
pub(crate) struct Backfill;

impl Work for Backfill {
    type Answer = bool;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        _clock: &dyn Clock,
    ) -> Result<bool, StoreError> {
        // Several servers may start together.
        connection.lock("backfill").await?;
        let contacts = backfill_words(connection).await?;
        let values = backfill_value_keys(connection).await?;
        Ok(contacts + values > 0)
    }
}

async fn backfill_words<C: ContactTransaction>(connection: &mut C) -> Result<usize, StoreError> {
    let records = connection.query(WITHOUT_WORDS, &[Value::Integer(ROWS)], ContactRecord::read).await?;
    let mut derived = DerivedRows::default();
    for record in &records {
        let words = record.words();
        let found_by = FoundBy::with(record, &words);
        let values = [
            Value::Text(found_by.name_key.as_deref()),
            Value::text(&found_by.search_text),
            Value::uuid(record.company_id),
            Value::uuid(record.id),
        ];
        connection.execute(SET_WORDS, &values).await?;
        derived.add_words(record, &BTreeSet::new(), &words);
    }
    connection.write(&Changes { derived, ..Changes::default() }).await?;
    Ok(records.len())
}

async fn backfill_value_keys<C: ContactTransaction>(connection: &mut C) -> Result<usize, StoreError> {
    let rows = connection
        .query(WITHOUT_KEY, &[Value::Integer(ROWS)], |row| {
            let (company, contact) = (CompanyId(row.uuid(0)?), ContactId(row.uuid(1)?));
            Ok((company, contact, CustomFieldId(row.uuid(2)?), JsonText::from_stored(row.text(3)?)))
        })
        .await?;
    for (company, contact, field, value) in &rows {
        let key = value_key::of_stored(value);
        let values = [Value::text(&key), Value::uuid(*company), Value::uuid(*contact), Value::uuid(*field)];
        connection.execute(SET_KEY, &values).await?;
    }
    Ok(rows.len())
}
