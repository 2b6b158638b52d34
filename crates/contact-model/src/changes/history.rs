//! The history of a contact and its cursor. Extension.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ChangeEntry;
use crate::list::cursor_encoding::{self, InvalidCursor};

/// A page of a contact's history, the latest change first.
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
    "next": "/contacts/3c90c3cc-0d44-4b50-8888-8dd25736052a/history/?page_size=50&cursor=AAAAAAAAAAAAAAAAAAAAB2frZec",
    "next_cursor": "AAAAAAAAAAAAAAAAAAAAB2frZec"
}))]
pub struct ContactHistory {
    /// The changes.
    pub results: Vec<ChangeEntry>,
    /// The URL of the next page, as a path or absolute, or null on the last page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
    /// The cursor of the next page, for the parameter `cursor`, or null on the last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// The last change of the previous page of a contact's history. Clients must treat the encoded cursor as opaque.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryCursor {
    /// The number of the change.
    pub sequence: i64,
}

/// The name of the list in the checksums of its cursors.
const LIST: &str = "history";

impl fmt::Display for HistoryCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&cursor_encoding::encode(LIST, &self.sequence.to_be_bytes()))
    }
}

impl FromStr for HistoryCursor {
    type Err = InvalidCursor;

    fn from_str(word: &str) -> Result<Self, InvalidCursor> {
        let place = cursor_encoding::decode(LIST, word).ok_or(InvalidCursor)?;
        let sequence = i64::from_be_bytes(place.try_into().map_err(|_| InvalidCursor)?);
        Ok(Self { sequence })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_a_round_trip() {
        for sequence in [1, 7, i64::MAX] {
            let cursor = HistoryCursor { sequence };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        assert_eq!("".parse::<HistoryCursor>(), Err(InvalidCursor));
        assert_eq!(cursor_encoding::encode(LIST, &[0; 7]).parse::<HistoryCursor>(), Err(InvalidCursor));
    }
}
