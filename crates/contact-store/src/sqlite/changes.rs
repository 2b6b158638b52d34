//! Stores the changes of a set in SQLite. Each statement is prepared once and run for every row.

use contact_model::{Timestamp, value_key};

use super::connection::SqliteConnection;
use crate::StoreError;
use crate::connection::Value;
use crate::contacts::derived_rows::{DerivedRows, FoundBy, TagRow, WordRow};
use crate::contacts::record::ContactRecord;
use crate::contacts::transaction::{
    Changes, CustomFieldValue, NewContact, Revision, ThreadRow, WriteContacts,
};

const INSERT: &str = "INSERT INTO contacts (name, first_name, last_name, email, phone, business_name, notes,
         tags, profile_picture_url, updated_at, version, company_id, id, email_key, phone_key, lead_source,
         is_dnd, has_phone, active_agent_id, last_activity, deleted_at, name_key, search_text, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
         $22, $23, $24)";
/// Names no indexed column, because SQLite writes every index on a column that the statement names.
const UPDATE: &str = "UPDATE contacts SET name = $1, first_name = $2, last_name = $3, email = $4, phone = $5,
         business_name = $6, notes = $7, tags = $8, profile_picture_url = $9, updated_at = $10, version = $11
     WHERE company_id = $12 AND id = $13";
const UPDATE_INDEXED: &str =
    "UPDATE contacts SET email_key = $1, phone_key = $2, lead_source = $3, is_dnd = $4,
         has_phone = $5, active_agent_id = $6, last_activity = $7, deleted_at = $8
     WHERE company_id = $9 AND id = $10";
const UPDATE_FOUND_BY: &str =
    "UPDATE contacts SET name_key = $1, search_text = $2 WHERE company_id = $3 AND id = $4";
const ERASE: &str = "DELETE FROM contacts WHERE company_id = $1 AND id = $2";
const PUT_CHANGE: &str =
    "INSERT INTO contact_changes (company_id, updated_at, contact_id) VALUES ($1, $2, $3)";
const MOVE_CHANGE: &str = "UPDATE contact_changes SET updated_at = $1
     WHERE company_id = $2 AND updated_at = $3 AND contact_id = $4";
const REMOVE_CHANGE: &str =
    "DELETE FROM contact_changes WHERE company_id = $1 AND updated_at = $2 AND contact_id = $3";
const PUT_TAG: &str =
    "INSERT INTO contact_tags (company_id, tag, created_at, contact_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING";
const REMOVE_TAG: &str = "DELETE FROM contact_tags
     WHERE company_id = $1 AND tag = $2 AND created_at = $3 AND contact_id = $4";
const COUNT_TAG: &str = "INSERT INTO tag_counts (company_id, tag, contacts) VALUES ($1, $2, $3)
     ON CONFLICT (company_id, tag) DO UPDATE SET contacts = contacts + excluded.contacts";
const DROP_TAG: &str = "DELETE FROM tag_counts WHERE company_id = $1 AND tag = $2 AND contacts <= 0";
const PUT_WORD: &str = "INSERT INTO contact_words (company_id, word, contact_id) VALUES ($1, $2, $3)
     ON CONFLICT DO NOTHING";
const REMOVE_WORD: &str = "DELETE FROM contact_words WHERE company_id = $1 AND word = $2 AND contact_id = $3";
const PUT_VALUE: &str =
    "INSERT INTO custom_field_values (company_id, contact_id, field_id, value, value_key, created_at)
     VALUES ($1, $2, $3, $4, $5, (SELECT created_at FROM contacts WHERE company_id = $1 AND id = $2))
     ON CONFLICT (company_id, contact_id, field_id)
         DO UPDATE SET value = excluded.value, value_key = excluded.value_key";
const REMOVE_VALUE: &str =
    "DELETE FROM custom_field_values WHERE company_id = $1 AND contact_id = $2 AND field_id = $3";
const THREAD: &str = "INSERT INTO agent_threads (company_id, contact_id, id, agent_id, kind, status,
         direction, duration, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

impl WriteContacts for SqliteConnection {
    async fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        for contact in &changes.inserted {
            self.insert(contact)?;
        }
        for revision in &changes.updated {
            self.update(revision)?;
        }
        for CustomFieldValue { contact: (company, contact), field_id, value } in &changes.values_put {
            let key = value_key::of_stored(value);
            let values = [
                Value::uuid(*company),
                Value::uuid(*contact),
                Value::uuid(*field_id),
                Value::text(value.as_str()),
                Value::text(&key),
            ];
            self.change(PUT_VALUE, &values)?;
        }
        for ((company, contact), field) in &changes.values_removed {
            self.change(REMOVE_VALUE, &[Value::uuid(*company), Value::uuid(*contact), Value::uuid(*field)])?;
        }
        for row in &changes.threads {
            self.insert_thread(row)?;
        }
        for record in &changes.erased {
            self.change(ERASE, &[Value::uuid(record.company_id), Value::uuid(record.id)])?;
            self.delete_responses_with(record)?;
            if !record.is_deleted() {
                self.remove_change(record, record.updated_at)?;
            }
        }
        self.write_derived(&changes.derived)
    }
}

impl SqliteConnection {
    fn insert(&mut self, contact: &NewContact) -> Result<(), StoreError> {
        let NewContact { record, found_by } = contact;
        let tags = record.tags_json()?;
        let mut values = plain_values(record, &tags).to_vec();
        values.extend(indexed_values(record));
        values.extend(found_by_values(found_by));
        values.push(Value::time(record.created_at));
        self.change(INSERT, &values)?;
        if record.is_deleted() {
            return Ok(());
        }
        for word in found_by.words() {
            let values = [Value::uuid(record.company_id), Value::text(word), Value::uuid(record.id)];
            self.change(PUT_WORD, &values)?;
        }
        self.put_change(record)
    }

    fn update(&mut self, revision: &Revision) -> Result<(), StoreError> {
        let Revision { stored, now, found_by } = revision;
        let key = [Value::uuid(now.company_id), Value::uuid(now.id)];
        let tags = now.tags_json()?;
        self.change(UPDATE, &plain_values(now, &tags))?;
        if !now.is_indexed_like(stored) {
            let values = [&indexed_values(now)[..], &key].concat();
            self.change(UPDATE_INDEXED, &values)?;
        }
        if let Some(found_by) = found_by {
            let values = [&found_by_values(found_by)[..], &key].concat();
            self.change(UPDATE_FOUND_BY, &values)?;
        }
        match (stored.is_deleted(), now.is_deleted()) {
            (false, false) if stored.updated_at != now.updated_at => {
                let values = [
                    Value::time(now.updated_at),
                    Value::uuid(now.company_id),
                    Value::time(stored.updated_at),
                    Value::uuid(now.id),
                ];
                self.change(MOVE_CHANGE, &values)?;
            }
            (false, true) => self.remove_change(now, stored.updated_at)?,
            (true, false) => self.put_change(now)?,
            (false, false) | (true, true) => {}
        }
        Ok(())
    }

    fn put_change(&mut self, record: &ContactRecord) -> Result<(), StoreError> {
        let values = [Value::uuid(record.company_id), Value::time(record.updated_at), Value::uuid(record.id)];
        self.change(PUT_CHANGE, &values).map(|_| ())
    }

    fn remove_change(&mut self, record: &ContactRecord, at: Timestamp) -> Result<(), StoreError> {
        let values = [Value::uuid(record.company_id), Value::time(at), Value::uuid(record.id)];
        self.change(REMOVE_CHANGE, &values).map(|_| ())
    }

    fn insert_thread(&mut self, row: &ThreadRow) -> Result<(), StoreError> {
        let ThreadRow { contact: (company, contact), thread } = row;
        let values = [
            Value::uuid(*company),
            Value::uuid(*contact),
            Value::uuid(thread.id),
            Value::uuid(thread.agent_id),
            Value::text(&thread.kind),
            Value::text(&thread.status),
            Value::text(&thread.direction),
            Value::Real(thread.duration),
            Value::time(thread.created_at),
        ];
        self.change(THREAD, &values).map(|_| ())
    }

    fn write_derived(&mut self, derived: &DerivedRows) -> Result<(), StoreError> {
        for (statement, rows) in [(REMOVE_TAG, &derived.tags_removed), (PUT_TAG, &derived.tags_put)] {
            for TagRow { company_id, tag, created_at, contact_id } in rows {
                let values = [
                    Value::uuid(*company_id),
                    Value::text(tag),
                    Value::time(*created_at),
                    Value::uuid(*contact_id),
                ];
                self.change(statement, &values)?;
            }
        }
        for ((company, tag), more) in &derived.tag_counts {
            let key = [Value::uuid(*company), Value::text(tag), Value::Integer(*more)];
            self.change(COUNT_TAG, &key)?;
            if *more < 0 {
                self.change(DROP_TAG, &key[..2])?;
            }
        }
        for (statement, rows) in [(REMOVE_WORD, &derived.words_removed), (PUT_WORD, &derived.words_put)] {
            for WordRow { company_id, word, contact_id } in rows {
                let values = [Value::uuid(*company_id), Value::text(word), Value::uuid(*contact_id)];
                self.change(statement, &values)?;
            }
        }
        Ok(())
    }
}

/// Returns the values of a contact's unindexed columns, followed by the row's primary key.
fn plain_values<'r>(record: &'r ContactRecord, tags: &'r str) -> [Value<'r>; 13] {
    let state = &record.state;
    [
        Value::Text(state.name.as_deref()),
        Value::Text(state.first_name.as_deref()),
        Value::Text(state.last_name.as_deref()),
        Value::Text(state.email.as_deref()),
        Value::Text(state.phone.as_deref()),
        Value::Text(state.business_name.as_deref()),
        Value::Text(state.notes.as_deref()),
        Value::text(tags),
        Value::Text(record.profile_picture_url.as_deref()),
        Value::time(record.updated_at),
        Value::Integer(record.version),
        Value::uuid(record.company_id),
        Value::uuid(record.id),
    ]
}

/// Returns the values of a contact's indexed columns.
fn indexed_values(record: &ContactRecord) -> [Value<'_>; 8] {
    [
        Value::Text(record.email_key.as_deref()),
        Value::Text(record.phone_key.as_deref()),
        Value::text(record.state.lead_source.as_str()),
        Value::boolean(record.state.is_dnd),
        Value::boolean(record.has_phone()),
        Value::Uuid(record.active_agent_id.map(Into::into)),
        Value::Time(record.last_activity),
        Value::Time(record.deleted_at),
    ]
}

fn found_by_values(found_by: &FoundBy) -> [Value<'_>; 2] {
    [Value::Text(found_by.name_key.as_deref()), Value::text(&found_by.search_text)]
}
