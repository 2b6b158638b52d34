//! Adds entries to the logs of changes in SQLite.

use std::collections::BTreeMap;

use contact_model::{CompanyId, Timestamp};

use super::connection::SqliteConnection;
use super::outdated_changes;
use crate::connection::Value;
use crate::contacts::change_log::{ChangeLog, LatestChange, LatestMove, LogEntry};
use crate::contacts::record::ContactRef;
use crate::{Result, StoreError};

const COUNT: &str = "INSERT INTO change_counters (company_id, sequence) VALUES ($1, $2)
     ON CONFLICT (company_id) DO UPDATE SET sequence = sequence + excluded.sequence
     RETURNING sequence, cleaned_to";
const ADD: &str = "INSERT INTO changes (company_id, sequence, contact_id, action, at, key_id, request_id,
         operation_id, changed, salt, previous, outdated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const LATEST: &str = "SELECT sequence FROM latest_changes
     WHERE company_id = $1 AND is_deleted = $2 AND updated_at = $3 AND contact_id = $4";
/// There may be an outdated row with the same key.
const PUT: &str = "INSERT INTO latest_changes (company_id, is_deleted, updated_at, contact_id, sequence)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (company_id, is_deleted, updated_at, contact_id) DO UPDATE SET sequence = excluded.sequence";
const REMOVE: &str = "DELETE FROM latest_changes
     WHERE company_id = $1 AND is_deleted = $2 AND updated_at = $3 AND contact_id = $4";

impl SqliteConnection {
    pub(super) fn add_to_log(&mut self, log: &ChangeLog) -> Result<()> {
        let mut bases = BTreeMap::new();
        for (company, count) in &log.counts {
            let values = [Value::uuid(*company), Value::Integer(*count)];
            let counted = self.one(COUNT, &values, |row| Ok((row.integer(0)?, row.integer(1)?)))?;
            let (latest, cleaned_to) =
                counted.ok_or_else(|| StoreError::unavailable("the counter returned no number"))?;
            if latest - cleaned_to >= outdated_changes::BATCH {
                self.note_outdated(*company);
            }
            bases.insert(*company, latest - count);
        }
        let sequence = |company: CompanyId, number: i64| bases.get(&company).map_or(0, |base| base + number);
        for entry in &log.entries {
            let company = entry.contact.0;
            let mut previous = entry.previous.map_or(0, |number| sequence(company, number));
            let mut outdated_at = None;
            if let Some(moved) = entry.moved {
                if let Some(before) = moved.before {
                    let latest = self.one(LATEST, &key(entry.contact, before), |row| row.integer(0))?;
                    previous = latest.unwrap_or(previous);
                }
                outdated_at =
                    self.move_latest(entry.contact, moved, previous, sequence(company, moved.last))?;
            }
            self.add_entry(entry, sequence(company, entry.number), previous, outdated_at)?;
        }
        Ok(())
    }

    fn add_entry(
        &mut self,
        entry: &LogEntry,
        sequence: i64,
        previous: i64,
        outdated_at: Option<Timestamp>,
    ) -> Result<()> {
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
            Value::text(changed),
            Value::uuid(*salt),
            Value::Integer(previous),
            Value::Time(outdated_at),
        ];
        self.run(ADD, &values).map(|_| ())
    }

    /// Moves a contact in the list of latest changes. `previous` is the number of its previous entry, and `sequence` that
    /// of its latest one. If its old row is left to be removed later, returns the time of that row.
    fn move_latest(
        &mut self,
        contact: ContactRef,
        moved: LatestMove,
        previous: i64,
        sequence: i64,
    ) -> Result<Option<Timestamp>> {
        let LatestMove { before, after, .. } = moved;
        let outdated_at =
            before.zip(after).filter(|_| sequence - previous > outdated_changes::REMOVED_AT_ONCE);
        let outdated_at = outdated_at.and_then(|(before, after)| outdated_changes::time(before, after));
        if let Some(before) = before.filter(|before| outdated_at.is_none() && after != Some(*before)) {
            self.run(REMOVE, &key(contact, before))?;
        }
        if let Some(after) = after {
            let [company, is_deleted, updated_at, id] = key(contact, after);
            self.run(PUT, &[company, is_deleted, updated_at, id, Value::Integer(sequence)])?;
        }
        Ok(outdated_at)
    }
}

fn key((company, contact): ContactRef, place: LatestChange) -> [Value<'static>; 4] {
    let LatestChange { is_deleted, updated_at } = place;
    [Value::uuid(company), Value::boolean(is_deleted), Value::time(updated_at), Value::uuid(contact)]
}
