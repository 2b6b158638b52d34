//! The row of a stored response.

use std::collections::BTreeSet;
use std::sync::Arc;

use contact_model::{CompanyId, KeyedRequest, Timestamp, idempotency};

use crate::connection::Row;
use crate::stored_response::{StoredBody, StoredResponse};
use crate::{Result, StoreError};

/// Bytes of a stored response besides its headers and body: its digests and its index entries.
const ROW: usize = 512;
/// Bytes for each contact that a response contains: a row and two index entries.
const CONTACT_ROW: usize = 256;

/// The columns of a stored response, in the order that [`ResponseRow::read`] expects. The statement must name the
/// table `a`.
///
/// The tables have older names, in which "answer" means response, because migrations never change: in `stored_answers`,
/// `name` is the hash of the method, the path and the idempotency key, `fingerprint` the hash of the content of the request, and `sealed` means
/// encrypted.
macro_rules! response_columns {
    () => {
        "a.company_id, a.name, a.fingerprint, a.status, a.headers, a.body, a.compressed, a.sealed, a.created_at"
    };
}
pub(crate) use response_columns;

/// The number of columns in [`response_columns`].
pub(crate) const RESPONSE_COLUMNS: usize = 9;

/// The key of a stored response: the company, and the hash of the method, the path and the idempotency key.
pub(crate) type RequestKey = (CompanyId, [u8; 32]);

/// Returns the key of the stored response to this request.
pub(crate) fn key_of(request: &KeyedRequest) -> RequestKey {
    (request.company_id, request.key_hash)
}

/// A stored response with its request and its time.
#[derive(Debug, Clone)]
pub(crate) struct ResponseRow {
    pub(crate) request: KeyedRequest,
    pub(crate) response: Arc<StoredResponse>,
    pub(crate) created_at: Timestamp,
}

impl ResponseRow {
    /// Reads a row that begins with [`response_columns`]. It leaves `contacts` empty, because only responses are
    /// looked up by contact.
    pub(crate) fn read(row: &dyn Row) -> Result<Self> {
        let digest = |column| row.bytes(column)?.try_into().map_err(|_| invalid("digest"));
        let request =
            KeyedRequest { company_id: row.uuid(0)?.into(), key_hash: digest(1)?, content_hash: digest(2)? };
        let response = StoredResponse {
            status: row.integer(3)?.try_into().map_err(|_| invalid("status"))?,
            headers: serde_json::from_str(&row.text(4)?).map_err(StoreError::unavailable)?,
            body: StoredBody { bytes: row.bytes(5)?, is_compressed: row.boolean(6)? },
            is_encrypted: row.boolean(7)?,
            contacts: BTreeSet::new(),
        };
        Ok(Self { request, response: Arc::new(response), created_at: row.time(8)? })
    }

    /// Returns the bytes that the response takes in the database, with its rows and their index entries.
    pub(crate) fn stored_bytes(&self) -> u64 {
        let StoredResponse { headers, body, contacts, .. } = &*self.response;
        let headers: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        let bytes = ROW + headers + body.bytes.len() + contacts.len() * CONTACT_ROW;
        bytes.try_into().unwrap_or(u64::MAX)
    }

    /// Returns the hour that the response counts for.
    pub(crate) fn hour(&self) -> i64 {
        idempotency::hour_of(self.created_at)
    }

    /// Returns the headers in their stored form.
    pub(crate) fn headers_json(&self) -> Result<String> {
        serde_json::to_string(&self.response.headers).map_err(StoreError::unavailable)
    }
}

fn invalid(what: &str) -> StoreError {
    StoreError::unavailable(format!("the database contains a stored response with an invalid {what}"))
}
