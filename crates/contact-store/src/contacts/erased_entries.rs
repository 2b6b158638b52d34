//! Removes the values of erased contacts from the log. The entries stay, with their digests, so that hashes over the log
//! stay valid.

use contact_model::ApiKeyId;
use contact_model::changes::{ChangeAction, DigestedEntry};
use uuid::Uuid;

use super::change_log::{ChangeLog, LatestChange, NO_CHANGES};
use super::entry_chain::entry_chain;
use super::record::ContactRef;
use crate::Result;
use crate::connection::{Connection, ReadRow, Value, parse_stored};

/// The number of entries that are read at once.
const PIECE: i64 = 500;
const LATEST: &str = "SELECT sequence FROM latest_changes
     WHERE company_id = $1 AND is_deleted = $2 AND updated_at = $3 AND contact_id = $4";
const REMOVE_VALUES: &str = "UPDATE changes SET changed = $1, salt = NULL, digest = $2
     WHERE company_id = $3 AND sequence = $4";

/// An entry, as far as its digest needs it.
struct Entry {
    sequence: i64,
    previous: i64,
    action: ChangeAction,
    at: contact_model::Timestamp,
    key_id: Option<ApiKeyId>,
    request_id: Option<String>,
    operation_id: Option<String>,
    changed: String,
    salt: Option<Uuid>,
}

const READ: ReadRow<Entry> = |row| {
    Ok(Entry {
        sequence: row.integer(0)?,
        previous: row.integer(1)?,
        action: parse_stored(&row.text(2)?)?,
        at: row.time(3)?,
        key_id: row.optional_uuid(4)?.map(ApiKeyId),
        request_id: row.optional_text(5)?,
        operation_id: row.optional_text(6)?,
        changed: row.text(7)?,
        salt: row.optional_uuid(8)?,
    })
};

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
        let chain = entry_chain!(
            C::DIALECT,
            "c.sequence, c.previous, c.action, c.at, c.key_id, c.request_id, c.operation_id, c.changed, c.salt",
            ""
        );
        let entries = connection.query(chain, &from, READ).await?;
        next = entries.last().map_or(0, |last| last.previous);
        for entry in entries {
            // The entries before belonged to another contact with the same id, which was erased too.
            let Some(salt) = entry.salt else { return Ok(()) };
            let digest = DigestedEntry {
                salt,
                sequence: entry.sequence,
                contact_id: Some(contact),
                action: entry.action,
                at: entry.at,
                key_id: entry.key_id,
                request_id: entry.request_id.as_deref(),
                operation_id: entry.operation_id.as_deref(),
                changed: &entry.changed,
            };
            let values = [
                Value::text(NO_CHANGES),
                Value::Bytes(&digest.digest()),
                Value::uuid(company),
                Value::Integer(entry.sequence),
            ];
            connection.execute(REMOVE_VALUES, &values).await?;
        }
    }
    Ok(())
}
