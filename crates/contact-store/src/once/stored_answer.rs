//! An answer as it is stored.

use std::collections::BTreeSet;
use std::sync::Arc;

use contact_model::{CompanyId, ContactId, KeyedRequest, Timestamp, idempotency};

use super::stored_body::StoredBody;
use crate::StoreError;
use crate::connection::Row;

/// Bytes that a stored answer takes beside its headers and body: its digests and its index entries.
const ROW: usize = 512;
/// Bytes that each contact takes that an answer names: a row and two index entries.
const CONTACT_ROW: usize = 256;

/// The columns of a stored answer, in the order that [`KeptAnswer::read`] takes them, of the table that the
/// statement calls `a`.
macro_rules! answer_columns {
    () => {
        "a.company_id, a.name, a.fingerprint, a.status, a.headers, a.body, a.compressed, a.sealed, a.created_at"
    };
}
pub(crate) use answer_columns;

/// How many columns [`answer_columns`] names.
pub(crate) const ANSWER_COLUMNS: usize = 9;

/// The answer to a request, to be given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that belong to it.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: StoredBody,
    /// True where the body was sealed, because it holds a secret.
    pub sealed: bool,
    /// The contacts that it tells of: once one of them is erased, the answer is not kept.
    pub contacts: BTreeSet<ContactId>,
}

/// What an answer is found by: the company, and the name of the request.
pub(crate) type AnswerKey = (CompanyId, [u8; 32]);

/// What an answer to this request is found by.
pub(crate) fn key_of(request: &KeyedRequest) -> AnswerKey {
    (request.company_id, request.name)
}

/// An answer with what is kept beside it.
#[derive(Debug, Clone)]
pub(crate) struct KeptAnswer {
    pub(crate) request: KeyedRequest,
    pub(crate) answer: Arc<StoredAnswer>,
    pub(crate) created_at: Timestamp,
}

impl KeptAnswer {
    /// Reads a row that begins with [`answer_columns`]. Which contacts it tells of is not read: it is asked the
    /// other way round, by the contact.
    pub(crate) fn read(row: &dyn Row) -> Result<Self, StoreError> {
        let digest = |column| row.bytes(column)?.try_into().map_err(|_| not_ours("a digest"));
        let request =
            KeyedRequest { company_id: row.uuid(0)?.into(), name: digest(1)?, fingerprint: digest(2)? };
        let answer = StoredAnswer {
            status: row.integer(3)?.try_into().map_err(|_| not_ours("a status"))?,
            headers: serde_json::from_str(&row.text(4)?).map_err(StoreError::unavailable)?,
            body: StoredBody { bytes: row.bytes(5)?, is_compressed: row.boolean(6)? },
            sealed: row.boolean(7)?,
            contacts: BTreeSet::new(),
        };
        Ok(Self { request, answer: Arc::new(answer), created_at: row.time(8)? })
    }

    /// Returns the bytes that it takes in the database, with its rows and their index entries.
    pub(crate) fn stored_bytes(&self) -> u64 {
        let StoredAnswer { headers, body, contacts, .. } = &*self.answer;
        let headers: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        let bytes = ROW + headers + body.bytes.len() + contacts.len() * CONTACT_ROW;
        bytes.try_into().unwrap_or(u64::MAX)
    }

    /// Returns the hour in which it counts.
    pub(crate) fn hour(&self) -> i64 {
        idempotency::hour_of(self.created_at)
    }

    /// The headers as they are stored.
    pub(crate) fn headers_json(&self) -> Result<String, StoreError> {
        serde_json::to_string(&self.answer.headers).map_err(StoreError::unavailable)
    }
}

fn not_ours(what: &str) -> StoreError {
    StoreError::unavailable(format!("the database holds {what} of a stored answer that is none"))
}
