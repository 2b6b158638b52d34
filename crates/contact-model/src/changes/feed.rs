//! The changes of a company in their order, and the cursor that marks how far a reader has come. Extension.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangeEntry, ChangeHash};
use crate::list::cursor_encoding;

/// A part of the changes of a company, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "results": [{
        "sequence": 1042,
        "contact_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
        "action": "updated",
        "at": "2026-01-31T09:00:00.000123Z",
        "key": { "id": "018bab2f-0000-7c31-9a55-5d6044cc0d44", "name": "Website" },
        "request_id": "018bab2f-5d60-7c31-9a55-8dd25736052a",
        "operation_id": null,
        "changed": { "notes": { "before": null, "after": "Prefers email" } },
        "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    }],
    "cursor": "AAAAAAAABBKfhtCBiEx9ZYGXj0M",
    "more": false
}))]
pub struct ChangeFeed {
    /// The changes after the cursor of the request, except those that its filters exclude.
    pub results: Vec<ChangeEntry>,
    /// The cursor after the last change that was read. Send it as `after` to continue.
    #[schema(value_type = String)]
    pub cursor: ChangeCursor,
    /// True if there were further changes when the response was made.
    pub more: bool,
}

/// The hash of the log at a number, with which a reader can verify that it has all changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "sequence": 1042,
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}))]
pub struct LogHash {
    /// The number of the change, 0 before the first one.
    pub sequence: i64,
    /// The hash of the change, and of all before it.
    pub hash: ChangeHash,
}

/// The last change that a reader of the feed has seen. It contains a part of the change's hash, so that it is detected
/// if the log was replaced, for example by that of a backup. Clients must treat the encoded cursor as opaque.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ChangeCursor {
    /// The number of the change, 0 before the first one.
    pub sequence: i64,
    hash: [u8; 8],
}

/// The message for a text that is not a cursor of the feed.
pub const UNREADABLE_CHANGE_CURSOR: &str =
    "after takes `latest` or a `cursor` of this feed; omit it to start from the beginning.";

/// The error for a text that is not a cursor of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{UNREADABLE_CHANGE_CURSOR}")]
pub struct InvalidChangeCursor;

/// The name of the feed in the checksums of its cursors.
const LIST: &str = "changes";

impl ChangeCursor {
    /// Returns the cursor after the change with this number and hash.
    pub fn new(sequence: i64, hash: ChangeHash) -> Self {
        let mut start = [0; 8];
        start.copy_from_slice(&hash.0[..8]);
        Self { sequence, hash: start }
    }

    /// Returns the cursor after an entry.
    pub fn after(entry: &ChangeEntry) -> Self {
        Self::new(entry.sequence, entry.hash)
    }

    /// Returns true if the change with the cursor's number has this hash.
    pub fn matches(self, hash: ChangeHash) -> bool {
        self == Self::new(self.sequence, hash)
    }
}

impl fmt::Display for ChangeCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = [self.sequence.to_be_bytes(), self.hash].concat();
        f.write_str(&cursor_encoding::encode(LIST, &position))
    }
}

impl FromStr for ChangeCursor {
    type Err = InvalidChangeCursor;

    fn from_str(word: &str) -> Result<Self, InvalidChangeCursor> {
        let position = cursor_encoding::decode(LIST, word).ok_or(InvalidChangeCursor)?;
        let position: [u8; 16] = position.try_into().map_err(|_| InvalidChangeCursor)?;
        let (sequence, hash) = position.split_at(8);
        let number = |bytes: &[u8]| bytes.try_into().map_err(|_| InvalidChangeCursor);
        Ok(Self { sequence: i64::from_be_bytes(number(sequence)?), hash: number(hash)? })
    }
}

impl From<ChangeCursor> for String {
    fn from(cursor: ChangeCursor) -> Self {
        cursor.to_string()
    }
}

impl TryFrom<String> for ChangeCursor {
    type Error = InvalidChangeCursor;

    fn try_from(word: String) -> Result<Self, InvalidChangeCursor> {
        word.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_a_round_trip_and_knows_its_hash() {
        let hash = ChangeHash::START.next([1; 32]);
        for sequence in [0, 7, i64::MAX] {
            let cursor = ChangeCursor::new(sequence, hash);
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
            assert!(cursor.matches(hash) && !cursor.matches(ChangeHash::START));
        }
        for bad in ["", "latest", &cursor_encoding::encode(LIST, &[0; 15])] {
            assert_eq!(bad.parse::<ChangeCursor>(), Err(InvalidChangeCursor), "{bad}");
        }
    }
}
