//! A contact's threads, page by page. Extension.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::cursor_word::{self, BadCursor};
use crate::{AgentThread, ThreadId, Timestamp};

/// A page of a contact's threads, the newest first. Extension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ThreadList {
    /// The threads.
    pub results: Vec<AgentThread>,
    /// The URL of the next page, with older threads, as a path or absolute, or null on the last page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
}

/// Where in a contact's threads a page begins: behind the thread that the page before it ended with,
/// whatever was recorded since. It travels as a word that means something to the server alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadCursor {
    /// When that thread happened.
    pub created_at: Timestamp,
    /// That thread.
    pub id: ThreadId,
}

/// What the words of this list are told from others by.
const LIST: &str = "threads";

/// Time and id.
impl fmt::Display for ThreadCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = [&self.created_at.as_micros().to_be_bytes()[..], self.id.0.as_bytes()].concat();
        f.write_str(&cursor_word::encode(LIST, &place))
    }
}

impl FromStr for ThreadCursor {
    type Err = BadCursor;

    fn from_str(word: &str) -> Result<Self, BadCursor> {
        let place = cursor_word::decode(LIST, word).ok_or(BadCursor)?;
        let (micros, id) = place.split_first_chunk().ok_or(BadCursor)?;
        let created_at = cursor_word::time(*micros).ok_or(BadCursor)?;
        let id = uuid::Uuid::from_slice(id).map_err(|_| BadCursor)?;
        Ok(Self { created_at, id: id.into() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_again(micros in -62_167_219_200_000_000..253_402_300_800_000_000_i64, id in any::<u128>()) {
            let created_at = Timestamp::from_micros(micros).unwrap();
            let cursor = ThreadCursor { created_at, id: uuid::Uuid::from_u128(id).into() };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn a_place_of_another_form_or_time_is_none() {
        let place = |micros: i64, id: &[u8]| [&micros.to_be_bytes()[..], id].concat();
        for bad in [vec![], vec![0; 7], place(0, &[0; 15]), place(0, &[0; 17]), place(i64::MIN, &[0; 16])] {
            assert_eq!(cursor_word::encode(LIST, &bad).parse::<ThreadCursor>(), Err(BadCursor), "{bad:?}");
        }
    }

    #[test]
    fn a_written_cursor_stays_readable() {
        // Changing what is written breaks the links that clients hold.
        let cursor = ThreadCursor {
            created_at: Timestamp::from_micros(7).unwrap(),
            id: uuid::Uuid::from_u128(7).into(),
        };
        assert_eq!(cursor.to_string(), "AAAAAAAAAAcAAAAAAAAAAAAAAAAAAAAHAHXMEQ");
    }
}
