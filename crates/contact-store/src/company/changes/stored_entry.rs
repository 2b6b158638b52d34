//! The entries of the log, as they are stored.

use contact_model::changes::{ChangeAction, ChangeEntry, ChangeHash, ChangeKey, DigestedEntry};
use contact_model::{ApiKeyId, ContactId, Timestamp};
use uuid::Uuid;

use crate::connection::{Row, parse_stored};
use crate::{Result, StoreError};

/// An entry of the log.
pub(crate) struct StoredEntry {
    pub(crate) sequence: i64,
    /// The number of the contact's previous entry, 0 if there is none.
    pub(crate) previous: i64,
    pub(crate) contact_id: Option<ContactId>,
    pub(crate) action: ChangeAction,
    pub(crate) at: Timestamp,
    pub(crate) key_id: Option<ApiKeyId>,
    pub(crate) key_name: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) operation_id: Option<String>,
    /// The changed fields, as JSON.
    pub(crate) changed: String,
    /// `None` if the values were removed, because the contact was erased.
    pub(crate) salt: Option<Uuid>,
    /// The digest, if the values were removed.
    pub(crate) digest: Option<Vec<u8>>,
}

/// The columns of an entry `c` whose API key is `k`, in the order that [`StoredEntry::read`] expects.
macro_rules! entry_columns {
    () => {
        "c.sequence, c.previous, c.contact_id, c.action, c.at, c.key_id, k.name, c.request_id, c.operation_id, \
         c.changed, c.salt, c.digest"
    };
}
pub(crate) use entry_columns;

/// Joins the API key `k` of an entry `c` of the company $1.
macro_rules! join_key {
    () => {
        " LEFT JOIN api_keys k ON k.company_id = $1 AND k.id = c.key_id "
    };
}
pub(crate) use join_key;

impl StoredEntry {
    /// Reads a row with [`entry_columns`].
    pub(crate) fn read(row: &dyn Row) -> Result<Self> {
        Ok(Self {
            sequence: row.integer(0)?,
            previous: row.integer(1)?,
            contact_id: row.optional_uuid(2)?.map(ContactId),
            action: parse_stored(&row.text(3)?)?,
            at: row.time(4)?,
            key_id: row.optional_uuid(5)?.map(ApiKeyId),
            key_name: row.optional_text(6)?,
            request_id: row.optional_text(7)?,
            operation_id: row.optional_text(8)?,
            changed: row.text(9)?,
            salt: row.optional_uuid(10)?,
            digest: row.optional_bytes(11)?,
        })
    }

    /// Returns the digest of the entry, which removing its values does not change.
    pub(crate) fn digest(&self) -> Result<[u8; 32]> {
        if let Some(digest) = &self.digest {
            return digest.as_slice().try_into().map_err(StoreError::unavailable);
        }
        let salt =
            self.salt.ok_or_else(|| StoreError::unavailable("an entry has neither salt nor digest"))?;
        let digested = DigestedEntry {
            salt,
            sequence: self.sequence,
            contact_id: self.contact_id,
            action: self.action,
            at: self.at,
            key_id: self.key_id,
            request_id: self.request_id.as_deref(),
            operation_id: self.operation_id.as_deref(),
            changed: &self.changed,
        };
        Ok(digested.digest())
    }

    /// Returns the entry as the API shows it.
    pub(crate) fn with_hash(self, hash: ChangeHash) -> Result<ChangeEntry> {
        Ok(ChangeEntry {
            sequence: self.sequence,
            contact_id: self.contact_id,
            action: self.action,
            at: self.at,
            key: self.key_id.map(|id| ChangeKey { id, name: self.key_name }),
            request_id: self.request_id,
            operation_id: self.operation_id,
            changed: serde_json::from_str(&self.changed).map_err(StoreError::unavailable)?,
            hash,
            contact: None,
        })
    }
}
