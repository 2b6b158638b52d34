//! Adds entries to the logs of changes in SQLite.

use std::collections::BTreeMap;

use contact_model::CompanyId;
use contact_model::changes::ChangeAction;

use super::connection::SqliteConnection;
use crate::connection::Value;
use crate::contacts::change_log::{ChangeLog, LatestChange, LogEntry, LoggedContact};
use crate::contacts::record::ContactRef;
use crate::{Result, StoreError};

const COUNT: &str = "INSERT INTO change_counters (company_id, sequence) VALUES ($1, $2)
     ON CONFLICT (company_id) DO UPDATE SET sequence = sequence + excluded.sequence
     RETURNING sequence";
const LATEST: &str = "SELECT sequence FROM latest_changes
     WHERE company_id = $1 AND is_deleted = $2 AND updated_at = $3 AND contact_id = $4";
const ADD: &str = "INSERT INTO changes (company_id, sequence, contact_id, action, at, key_id, request_id,
         operation_id, previous, changed, salt)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
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
            let stored = log.contacts.get(&entry.contact).and_then(|contact| contact.before);
            let previous = match (entry.previous, stored) {
                (Some(number), _) => sequence(company, number),
                (None, Some(stored)) if entry.action != ChangeAction::Created => {
                    self.latest_change(entry.contact, stored)?
                }
                (None, _) => 0,
            };
            self.add_entry(entry, sequence(company, entry.number), previous)?;
        }
        for (contact, LoggedContact { before, after, last, .. }) in &log.contacts {
            self.move_latest(*contact, *before, *after, sequence(contact.0, *last))?;
        }
        Ok(())
    }

    fn latest_change(&mut self, contact: ContactRef, place: LatestChange) -> Result<i64> {
        Ok(self.one(LATEST, &key(contact, place), |row| row.integer(0))?.unwrap_or_default())
    }

    fn add_entry(&mut self, entry: &LogEntry, sequence: i64, previous: i64) -> Result<()> {
        let LogEntry { contact, action, at, origin, changed, salt, .. } = entry;
        let values = [
            Value::uuid(contact.0),
            Value::Integer(sequence),
            Value::uuid(contact.1),
            Value::text(action.as_str()),
            Value::time(*at),
            Value::Uuid(origin.key_id.map(Into::into)),
            Value::Text(origin.request_id.as_deref()),
            Value::Text(origin.operation_id.as_deref()),
            Value::Integer(previous),
            Value::text(changed),
            Value::uuid(*salt),
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
