//! The digest of an entry of the log of changes.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::ChangeAction;
use crate::{ApiKeyId, ContactId, Timestamp};

/// Begins the digested bytes, so that they are not confused with those of another format.
const FORMAT: &str = "contacts-change-1";

/// The content of an entry, as it is digested.
#[derive(Debug, Clone, Copy)]
pub struct DigestedEntry<'a> {
    /// Random bytes, without which the values cannot be guessed from the digest.
    pub salt: Uuid,
    /// The number of the entry in the company's log.
    pub sequence: i64,
    /// The contact, or `None` if the entry concerns all contacts.
    pub contact_id: Option<ContactId>,
    /// What the change did.
    pub action: ChangeAction,
    /// When the change was made.
    pub at: Timestamp,
    /// The API key that caused the change.
    pub key_id: Option<ApiKeyId>,
    /// The id of the request that caused the change.
    pub request_id: Option<&'a str>,
    /// The id of the operation that the request is part of.
    pub operation_id: Option<&'a str>,
    /// The changed fields, as the JSON text that is stored.
    pub changed: &'a str,
}

impl DigestedEntry<'_> {
    /// Returns the SHA-256 of the entry. Each part is preceded by its length in four bytes, the most significant first.
    /// A missing part has the length zero. Numbers have eight bytes, and times are microseconds since 1970.
    pub fn digest(&self) -> [u8; 32] {
        let Self { salt, sequence, contact_id, action, at, key_id, request_id, operation_id, changed } = self;
        let mut hash = Sha256::new();
        let mut add = |part: &[u8]| {
            hash.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            hash.update(part);
        };
        add(FORMAT.as_bytes());
        add(salt.as_bytes());
        add(&sequence.to_be_bytes());
        add(contact_id.as_ref().map_or(&[], |id| id.0.as_bytes()));
        add(action.as_str().as_bytes());
        add(&at.as_micros().to_be_bytes());
        add(key_id.as_ref().map_or(&[], |id| id.0.as_bytes()));
        add(request_id.unwrap_or_default().as_bytes());
        add(operation_id.unwrap_or_default().as_bytes());
        add(changed.as_bytes());
        hash.finalize().into()
    }
}
