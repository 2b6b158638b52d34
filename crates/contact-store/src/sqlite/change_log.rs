//! Adds entries to the logs of changes in SQLite.

use std::collections::BTreeMap;

use contact_model::CompanyId;

use super::connection::SqliteConnection;
use crate::connection::Value;
use crate::contacts::change_log::{ChangeLog, LatestChange, LatestMove, LogEntry};
use crate::contacts::record::ContactRef;
use crate::{Result, StoreError};

const COUNT: &str = "INSERT INTO change_counters (company_id, sequence) VALUES ($1, $2)
     ON CONFLICT (company_id) DO UPDATE SET sequence = sequence + excluded.sequence
     RETURNING sequence";
/// The previous entry is the one that the list of latest changes names, if the contact has a place there, or otherwise
/// the one with the given number.
const ADD: &str = "INSERT INTO changes (company_id, sequence, contact_id, action, at, key_id, request_id,
         operation_id, changed, salt, previous)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce((
         SELECT sequence FROM latest_changes
         WHERE company_id = $1 AND is_deleted = $11 AND updated_at = $12 AND contact_id = $3
     ), $13))";
const PUT: &str = "INSERT INTO latest_changes (company_id, is_deleted, updated_at, contact_id, sequence)
     VALUES ($1, $2, $3, $4, $5)";
const MOVE: &str = "UPDATE latest_changes SET is_deleted = $1, updated_at = $2, sequence = $3
     WHERE company_id = $4 AND is_deleted = $5 AND updated_at = $6 AND contact_id = $7";
const REMOVE: &str = "DELETE FROM latest_changes
     WHERE company_id = $1 AND is_deleted = $2 AND updated_at = $3 AND contact_id = $4";

impl SqliteConnection {
    pub(super) fn add_to_log(&mut self, log: &ChangeLog) -> Result<()> {
        let mut bases = BTreeMap::new();
        for (company, count) in &log.counts {
            let values = [Value::uuid(*company), Value::Integer(*count)];
            let latest = self.one(COUNT, &values, |row| row.integer(0))?;
            let latest = latest.ok_or_else(|| StoreError::unavailable("the counter returned no number"))?;
            bases.insert(*company, latest - count);
        }
        let sequence = |company: CompanyId, number: i64| bases.get(&company).map_or(0, |base| base + number);
        for entry in &log.entries {
            let company = entry.contact.0;
            let previous = entry.previous.map_or(0, |number| sequence(company, number));
            self.add_entry(entry, sequence(company, entry.number), previous)?;
            if let Some(LatestMove { before, after, last, .. }) = entry.moved {
                self.move_latest(entry.contact, before, after, sequence(company, last))?;
            }
        }
        Ok(())
    }

    fn add_entry(&mut self, entry: &LogEntry, sequence: i64, previous: i64) -> Result<()> {
        let LogEntry { contact, action, at, origin, moved, changed, salt, .. } = entry;
        let before = moved.and_then(|moved| moved.before);
        let values = [
            Value::uuid(contact.0),
            Value::Integer(sequence),
            Value::uuid(contact.1),
            Value::text(action.as_str()),
            Value::time(*at),
            Value::Uuid(origin.key_id.map(Into::into)),
            Value::Text(origin.request_id.as_deref()),
            Value::Text(origin.operation_id.as_deref()),
            Value::text(changed),
            Value::uuid(*salt),
            Value::boolean(before.is_some_and(|before| before.is_deleted)),
            Value::Time(before.map(|before| before.updated_at)),
            Value::Integer(previous),
        ];
        self.run(ADD, &values).map(|_| ())
    }

    fn move_latest(
        &mut self,
        contact: ContactRef,
        before: Option<LatestChange>,
        after: Option<LatestChange>,
        sequence: i64,
    ) -> Result<()> {
        let sequence = Value::Integer(sequence);
        match (before, after) {
            (None, None) => return Ok(()),
            (None, Some(after)) => {
                let [company, is_deleted, updated_at, id] = key(contact, after);
                self.run(PUT, &[company, is_deleted, updated_at, id, sequence])?;
            }
            (Some(before), None) => {
                self.run(REMOVE, &key(contact, before))?;
            }
            (Some(before), Some(after)) => {
                let [company, is_deleted, updated_at, id] = key(contact, before);
                let [_, new_is_deleted, new_updated_at, _] = key(contact, after);
                let values = [new_is_deleted, new_updated_at, sequence, company, is_deleted, updated_at, id];
                self.run(MOVE, &values)?;
            }
        }
        Ok(())
    }
}

fn key((company, contact): ContactRef, place: LatestChange) -> [Value<'static>; 4] {
    let LatestChange { is_deleted, updated_at } = place;
    [Value::uuid(company), Value::boolean(is_deleted), Value::time(updated_at), Value::uuid(contact)]
}
