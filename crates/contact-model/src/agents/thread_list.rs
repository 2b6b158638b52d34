//! A list of a contact's threads and its cursor. Extension.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::list::cursor_encoding::{self, InvalidCursor};
use crate::{AgentThread, ThreadId, Timestamp};

/// A page of a contact's threads, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "results": [{
        "id": "018bab2f-5d60-7c31-9a55-8dd25736052a",
        "agent_name": "Front desk",
        "agent_id": "018bab2f-0000-7c31-9a55-3c90c3cc0d44",
        "type": "call",
        "status": "completed",
        "direction": "inbound",
        "duration": 42.5,
        "created_at": "2023-11-07T05:31:56Z"
    }],
    "next": "/contacts/3c90c3cc-0d44-4b50-8888-8dd25736052a/threads/?page_size=50&cursor=AAAAAAAAAAAAAAAAAAAAB2frZec",
    "next_cursor": "AAAAAAAAAAAAAAAAAAAAB2frZec"
}))]
pub struct ThreadList {
    /// The threads.
    pub results: Vec<AgentThread>,
    /// The URL of the next page, as a path or absolute, or null on the last page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
    /// The cursor of the next page, for the parameter `cursor`, or null on the last page.
    #[serde(default)]
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// The last thread of the previous page. The page begins after it, even if threads were recorded in the
/// meantime. Clients must treat the encoded cursor as opaque.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadCursor {
    /// When the thread took place.
    pub created_at: Timestamp,
    /// The thread's id.
    pub id: ThreadId,
}

/// The name of the list in the checksums of its cursors.
const LIST: &str = "threads";

/// Encodes the time and the id.
impl fmt::Display for ThreadCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = [&self.created_at.as_micros().to_be_bytes()[..], self.id.0.as_bytes()].concat();
        f.write_str(&cursor_encoding::encode(LIST, &place))
    }
}

impl FromStr for ThreadCursor {
    type Err = InvalidCursor;

    fn from_str(word: &str) -> Result<Self, InvalidCursor> {
        let place = cursor_encoding::decode(LIST, word).ok_or(InvalidCursor)?;
        let (micros, id) = place.split_first_chunk().ok_or(InvalidCursor)?;
        let created_at = cursor_encoding::time(*micros).ok_or(InvalidCursor)?;
        let id = uuid::Uuid::from_slice(id).map_err(|_| InvalidCursor)?;
        Ok(Self { created_at, id: id.into() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_survives_a_round_trip(
            micros in -62_167_219_200_000_000..253_402_300_800_000_000_i64,
            id in any::<u128>(),
        ) {
            let created_at = Timestamp::from_micros(micros).unwrap();
            let cursor = ThreadCursor { created_at, id: uuid::Uuid::from_u128(id).into() };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn an_invalid_position_is_refused() {
        let place = |micros: i64, id: &[u8]| [&micros.to_be_bytes()[..], id].concat();
        for bad in [vec![], vec![0; 7], place(0, &[0; 15]), place(0, &[0; 17]), place(i64::MIN, &[0; 16])] {
            assert_eq!(
                cursor_encoding::encode(LIST, &bad).parse::<ThreadCursor>(),
                Err(InvalidCursor),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn encoding_is_stable() {
        // A change of the encoding breaks links that clients have stored.
        let cursor = ThreadCursor {
            created_at: Timestamp::from_micros(7).unwrap(),
            id: uuid::Uuid::from_u128(7).into(),
        };
        assert_eq!(cursor.to_string(), "AAAAAAAAAAcAAAAAAAAAAAAAAAAAAAAHAHXMEQ");
    }
}
