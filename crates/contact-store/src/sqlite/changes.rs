//! Stores the changes of a set in SQLite. Each statement is prepared once and run for every row.

use std::sync::LazyLock;

use contact_model::value_key;

use super::connection::SqliteConnection;
use crate::Result;
use crate::connection::Value;
use crate::contacts::change_log::ChangeLog;
use crate::contacts::columns::{COLUMNS, Column, DERIVED_COLUMNS, Group, columns_of};
use crate::contacts::derived_rows::{DerivedRows, TagRow, WordRow};
use crate::contacts::record::ContactRecord;
use crate::contacts::transaction::{
    Changes, ContactTransaction, CustomFieldValue, NewContact, ThreadRow, UpdatedContact,
};

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let names: Vec<&str> = names(COLUMNS).chain(names(DERIVED_COLUMNS)).collect();
    let numbers: Vec<String> = (1..=names.len()).map(|number| format!("${number}")).collect();
    format!("INSERT INTO contacts ({}) VALUES ({})", names.join(", "), numbers.join(", "))
});
const ERASE: &str = "DELETE FROM contacts WHERE company_id = $1 AND id = $2";
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

impl ContactTransaction for SqliteConnection {
    async fn write(&mut self, changes: &Changes) -> Result<()> {
        for contact in &changes.inserted {
            self.insert(contact)?;
        }
        for contact in &changes.updated {
            self.update(contact)?;
        }
        for CustomFieldValue { contact: (company, contact), field_id, value } in &changes.values_set {
            let key = value_key::for_stored(value);
            let values = [
                Value::uuid(*company),
                Value::uuid(*contact),
                Value::uuid(*field_id),
                Value::text(value.as_str()),
                Value::text(&key),
            ];
            self.run(PUT_VALUE, &values)?;
        }
        for ((company, contact), field) in &changes.values_removed {
            self.run(REMOVE_VALUE, &[Value::uuid(*company), Value::uuid(*contact), Value::uuid(*field)])?;
        }
        for ThreadRow { contact: (company, contact), thread } in &changes.threads {
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
            self.run(THREAD, &values)?;
        }
        for record in &changes.erased {
            self.run(ERASE, &[Value::uuid(record.company_id), Value::uuid(record.id)])?;
            self.delete_responses_with(record)?;
        }
        self.write_derived(&changes.derived)
    }

    async fn write_log(&mut self, log: &ChangeLog) -> Result<()> {
        self.add_to_log(log)
    }

    async fn write_with_log(&mut self, changes: &Changes, log: &ChangeLog) -> Result<()> {
        self.write(changes).await?;
        self.add_to_log(log)
    }
}

impl SqliteConnection {
    fn insert(&mut self, contact: &NewContact) -> Result<()> {
        let NewContact { record, derived_columns } = contact;
        self.run_with(&INSERT, values(COLUMNS, record).chain(values(DERIVED_COLUMNS, derived_columns)))?;
        if record.is_deleted() {
            return Ok(());
        }
        for word in derived_columns.words() {
            let values = [Value::uuid(record.company_id), Value::text(word), Value::uuid(record.id)];
            self.run(PUT_WORD, &values)?;
        }
        Ok(())
    }

    /// Updates only the columns that changed, because SQLite writes every index on a column that the statement names.
    fn update(&mut self, contact: &UpdatedContact) -> Result<()> {
        let UpdatedContact { before, after, derived_columns } = contact;
        let is_changed = |column: &&Column<ContactRecord>| (column.value)(before) != (column.value)(after);
        let changed: Vec<_> = columns_of(Group::is_updated).filter(is_changed).collect();
        let derived = derived_columns.as_ref();
        let derived_values = derived.into_iter().flat_map(|derived| values(DERIVED_COLUMNS, derived));
        let derived_names = derived.into_iter().flat_map(|_| names(DERIVED_COLUMNS));
        let sql = update_statement(names(changed.iter().copied()).chain(derived_names));
        let key = values(columns_of(|group| group == Group::Key), after);
        self.run_with(&sql, values(changed, after).chain(derived_values).chain(key)).map(|_| ())
    }

    fn write_derived(&mut self, derived: &DerivedRows) -> Result<()> {
        for (statement, rows) in [(REMOVE_TAG, &derived.tags_removed), (PUT_TAG, &derived.tags_added)] {
            for TagRow { company_id, tag, created_at, contact_id } in rows {
                let values = [
                    Value::uuid(*company_id),
                    Value::text(tag),
                    Value::time(*created_at),
                    Value::uuid(*contact_id),
                ];
                self.run(statement, &values)?;
            }
        }
        for ((company, tag), more) in &derived.tag_counts {
            let key = [Value::uuid(*company), Value::text(tag), Value::Integer(*more)];
            self.run(COUNT_TAG, &key)?;
            if *more < 0 {
                self.run(DROP_TAG, &key[..2])?;
            }
        }
        for (statement, rows) in [(REMOVE_WORD, &derived.words_removed), (PUT_WORD, &derived.words_added)] {
            for WordRow { company_id, word, contact_id } in rows {
                let values = [Value::uuid(*company_id), Value::text(word), Value::uuid(*contact_id)];
                self.run(statement, &values)?;
            }
        }
        Ok(())
    }
}

/// Returns the names of columns.
fn names<R: 'static>(
    columns: impl IntoIterator<Item = &'static Column<R>>,
) -> impl Iterator<Item = &'static str> {
    columns.into_iter().map(|column| column.name)
}

/// Returns a statement that updates these columns of a contact.
fn update_statement(names: impl Iterator<Item = &'static str>) -> String {
    let columns: Vec<String> =
        names.enumerate().map(|(index, name)| format!("{name} = ${}", index + 1)).collect();
    let (company, id) = (columns.len() + 1, columns.len() + 2);
    format!("UPDATE contacts SET {} WHERE company_id = ${company} AND id = ${id}", columns.join(", "))
}

/// Returns the values of columns.
fn values<'r, R: 'static>(
    columns: impl IntoIterator<Item = &'static Column<R>>,
    row: &'r R,
) -> impl Iterator<Item = Value<'r>> {
    columns.into_iter().map(|column| (column.value)(row))
}

#[cfg(test)]
mod tests;
