//! Statements on contacts that were merged into others, and on their threads. A merged contact refers to the contact that
//! it was merged into, which may have been merged into a third one since then.

use std::collections::BTreeSet;

use contact_model::{CompanyId, ContactId};

use super::record::ContactRef;
use crate::Result;
use crate::connection::{Connection, Value};

const MERGED_INTO: &str = "SELECT id FROM contacts WHERE company_id = $1 AND merged_into = $2";
const MOVE_THREADS: &str =
    "UPDATE agent_threads SET contact_id = $1, recorded_for = coalesce(recorded_for, contact_id)
     WHERE company_id = $2 AND contact_id = $3";
const RETURN_THREADS: &str = "UPDATE agent_threads
     SET contact_id = $1, recorded_for = CASE WHEN recorded_for = $1 THEN NULL ELSE recorded_for END
     WHERE company_id = $2 AND contact_id = $3 AND recorded_for = $4";
/// Other transactions that read the column wait for this one, so none of them misses the first merged contact.
const SET_FLAG: &str =
    "UPDATE companies SET has_merged_contacts = TRUE WHERE company_id = $1 AND NOT has_merged_contacts";

/// Returns the contacts that were merged into a contact, also through others.
pub(super) async fn find_merged<C: Connection>(
    connection: &mut C,
    (company, contact): ContactRef,
) -> Result<Vec<ContactRef>> {
    let mut merged: Vec<ContactRef> = Vec::new();
    let mut next = Some(contact);
    let mut searched = 0;
    while let Some(survivor) = next {
        let values = [Value::uuid(company), Value::uuid(survivor)];
        let found = connection.query(MERGED_INTO, &values, |row| row.uuid(0).map(ContactId)).await?;
        merged.extend(found.into_iter().map(|id| (company, id)));
        next = merged.get(searched).map(|(_, id)| *id);
        searched += 1;
    }
    Ok(merged)
}

/// A change of the contact that threads belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ThreadMove {
    pub(super) company_id: CompanyId,
    pub(super) from: ContactId,
    pub(super) to: ContactId,
    /// True if only the threads are moved that came from `to`, or from contacts that were merged into it.
    pub(super) is_return: bool,
}

/// Moves threads in this order.
pub(super) async fn move_threads<C: Connection>(connection: &mut C, moves: &[ThreadMove]) -> Result<()> {
    for ThreadMove { company_id, from, to, is_return } in moves {
        let values = [Value::uuid(*to), Value::uuid(*company_id), Value::uuid(*from)];
        if !is_return {
            connection.execute(MOVE_THREADS, &values).await?;
            continue;
        }
        let merged = find_merged(connection, (*company_id, *to)).await?.into_iter().map(|(_, id)| id);
        for contact in merged.chain([*to]) {
            let values = [&values[..], &[Value::uuid(contact)]].concat();
            connection.execute(RETURN_THREADS, &values).await?;
        }
    }
    let merging = moves.iter().filter(|moved| !moved.is_return).map(|moved| moved.company_id);
    for company in merging.collect::<BTreeSet<_>>() {
        connection.execute(SET_FLAG, &[Value::uuid(company)]).await?;
    }
    Ok(())
}
