//! Renames a tag of all contacts of a company.

use std::sync::Arc;

use contact_model::{CompanyId, Include};

use super::Store;
use crate::company::{CountTaggedContacts, ListTaggedContacts, Origin};
use crate::contacts::write::{Action, ContactWrite, TagChange, WriteOperation, WriteOptions};
use crate::{Result, StoreError};

/// The number of contacts whose tag is renamed in one turn. Other writers get turns in between.
const PIECE: u16 = 128;

/// Renames a tag of all contacts of a company.
///
/// It runs in pieces, each in a transaction of its own. If it ends early, the contacts of the finished pieces have
/// the new name and the others have the old name. Running it again does the rest.
#[derive(Debug, Clone)]
pub struct RenameTag {
    /// The company.
    pub company_id: CompanyId,
    /// The tag.
    pub from: String,
    /// Its new name.
    pub to: String,
    /// Who renames the tag.
    pub origin: Arc<Origin>,
}

impl RenameTag {
    /// Renames the tag and returns how many contacts changed. It visits each contact that has the tag once, so it
    /// ends even if other callers keep adding the old name to contacts.
    ///
    /// # Errors
    /// Returns an error if the database fails. The finished pieces stay.
    pub async fn run(&self, store: &Store) -> Result<u64> {
        let Self { company_id, from, to, origin } = self;
        let (mut changed, mut after) = (0, None);
        if from == to {
            return Ok(changed);
        }
        loop {
            let list = ListTaggedContacts { company_id: *company_id, tag: from.clone(), after, rows: PIECE };
            let piece = store.run(list).await?;
            let Some(last) = piece.last() else { return Ok(changed) };
            after = Some(*last);
            let write = |&(_, id)| {
                let rename = TagChange::Rename { from: from.clone(), to: to.clone() };
                let options = WriteOptions { omits_contact: true, ..WriteOptions::default() };
                let (operation, origin) = (WriteOperation::ChangeTags(id, rename), origin.clone());
                ContactWrite {
                    options,
                    origin,
                    ..ContactWrite::new(*company_id, operation, Include::default())
                }
            };
            for outcome in store.write(piece.iter().map(write).collect()).await {
                match outcome {
                    Ok(written) => changed += u64::from(written.action == Action::Updated),
                    // The contact was deleted since the piece was listed.
                    Err(StoreError::ContactNotFound) => {}
                    Err(failure) => return Err(failure),
                }
            }
        }
    }

    /// Returns how many contacts would change.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn would_change(&self, store: &Store) -> Result<u64> {
        if self.from == self.to {
            return Ok(0);
        }
        store.run(CountTaggedContacts { company_id: self.company_id, tag: self.from.clone() }).await
    }
}
