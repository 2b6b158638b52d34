//! Renaming a tag for all contacts of a company.

use contact_model::{CompanyId, Include};

use super::write::{Action, ContactWrite, TagChange, WriteOperation, WriteOptions};
use crate::StoreError;
use crate::contact_store::ContactStore;
use crate::directory::{CountTagged, ListTagged};

/// Contacts that are renamed in one turn. Other writers have their turns in between.
const PIECE: u16 = 128;

/// Gives a tag another name for all contacts of a company.
///
/// It is done in pieces, each in a transaction of its own. If it ends early, the contacts of the pieces so far have the
/// new name and the others the old one; running it again does the rest.
#[derive(Debug, Clone)]
pub struct RenameTag {
    /// The company.
    pub company_id: CompanyId,
    /// The tag.
    pub from: String,
    /// Its new name.
    pub to: String,
}

impl RenameTag {
    /// Renames the tag and returns how many contacts changed. Each contact that has the tag is looked at once, so it
    /// ends even if others go on giving contacts the old name.
    ///
    /// # Errors
    /// The database fails. What was done until then stays.
    pub async fn run(&self, store: &impl ContactStore) -> Result<u64, StoreError> {
        let Self { company_id, from, to } = self;
        let (mut changed, mut after) = (0, None);
        if from == to {
            return Ok(changed);
        }
        loop {
            let list = ListTagged { company_id: *company_id, tag: from.clone(), after, rows: PIECE };
            let piece = store.run_one(list).await?;
            let Some(last) = piece.last() else { return Ok(changed) };
            after = Some(*last);
            let write = |&(_, id)| {
                let rename = TagChange::Rename { from: from.clone(), to: to.clone() };
                let options = WriteOptions { brief: true, ..WriteOptions::default() };
                let operation = WriteOperation::ChangeTags(id, rename);
                ContactWrite { options, ..ContactWrite::new(*company_id, operation, Include::default()) }
            };
            for outcome in store.write(piece.iter().map(write).collect()).await {
                match outcome {
                    Ok(written) => changed += u64::from(written.action == Action::Updated),
                    // It was deleted since the piece was listed.
                    Err(StoreError::ContactNotFound) => {}
                    Err(failure) => return Err(failure),
                }
            }
        }
    }

    /// Returns how many contacts it would change.
    ///
    /// # Errors
    /// The database fails.
    pub async fn would_change(&self, store: &impl ContactStore) -> Result<u64, StoreError> {
        if self.from == self.to {
            return Ok(0);
        }
        store.run_one(CountTagged { company_id: self.company_id, tag: self.from.clone() }).await
    }
}
