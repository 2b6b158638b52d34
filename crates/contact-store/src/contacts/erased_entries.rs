//! Removes the values of erased contacts from the log. The entries stay, with their digests, so that hashes over the log
//! stay valid.

use super::change_log::{ChangeLog, LatestChange, NO_CHANGES};
use super::entry_chain::entry_chain;
use super::record::ContactRef;
use crate::Result;
use crate::company::changes::stored_entry::StoredEntry;
use crate::connection::{Connection, Value};

/// The number of entries that are read at once.
const PIECE: i64 = 500;
const LATEST: &str = "SELECT sequence FROM latest_changes
     WHERE company_id = $1 AND is_deleted = $2 AND updated_at = $3 AND contact_id = $4";
const REMOVE_VALUES: &str = "UPDATE changes SET changed = $1, salt = NULL, digest = $2
     WHERE company_id = $3 AND sequence = $4";

/// Removes the values of all contacts that the transaction erased from the stored entries of the log.
pub(super) async fn remove_values<C: Connection>(connection: &mut C, log: &ChangeLog) -> Result<()> {
    for (contact, before) in log.erased() {
        remove_values_of(connection, contact, before).await?;
    }
    Ok(())
}

async fn remove_values_of<C: Connection>(
    connection: &mut C,
    (company, contact): ContactRef,
    LatestChange { is_deleted, updated_at }: LatestChange,
) -> Result<()> {
    let place =
        [Value::uuid(company), Value::boolean(is_deleted), Value::time(updated_at), Value::uuid(contact)];
    let mut next = connection.query_one(LATEST, &place, |row| row.integer(0)).await?.unwrap_or_default();
    while next > 0 {
        let from = [Value::uuid(company), Value::uuid(contact), Value::Integer(next), Value::Integer(PIECE)];
        let entries = connection.query(entry_chain!(C::DIALECT), &from, StoredEntry::read).await?;
        next = entries.last().map_or(0, |last| last.previous);
        for entry in entries {
            // The entries before belonged to another contact with the same id, which was erased too.
            if entry.salt.is_none() {
                return Ok(());
            }
            let values = [
                Value::text(NO_CHANGES),
                Value::Bytes(&entry.digest()?),
                Value::uuid(company),
                Value::Integer(entry.sequence),
            ];
            connection.execute(REMOVE_VALUES, &values).await?;
        }
    }
    Ok(())
}
