//! A contact's threads, page by page. Extension.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AgentThread, ThreadId, Timestamp};

/// A page of a contact's threads, the newest first. Extension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ThreadList {
    /// The threads.
    pub results: Vec<AgentThread>,
    /// The URL of the next page, with older threads; null where there are none.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
}

/// Where in a contact's threads a page begins: behind the thread that the page before it ended with,
/// whatever was recorded since.
///
/// It travels as a word that means something to the server alone: its bytes and their CRC-32 in
/// base64url. So one that was cut or made up is told, instead of leading somewhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadCursor {
    /// When that thread happened.
    pub created_at: Timestamp,
    /// That thread.
    pub id: ThreadId,
}

/// A word that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cursor takes what `next` of the page before says, as it is.")]
pub struct BadCursor;

/// Time and id.
const PLACE_LENGTH: usize = 8 + 16;

impl fmt::Display for ThreadCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(PLACE_LENGTH + 4);
        bytes.extend(self.created_at.as_micros().to_be_bytes());
        bytes.extend(self.id.0.into_bytes());
        bytes.extend(checksum(&bytes));
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for ThreadCursor {
    type Err = BadCursor;

    fn from_str(word: &str) -> Result<Self, BadCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(word).map_err(|_| BadCursor)?;
        let (place, sum) = bytes.split_at_checked(PLACE_LENGTH).ok_or(BadCursor)?;
        if sum != checksum(place) {
            return Err(BadCursor);
        }
        let (micros, id) = place.split_first_chunk().ok_or(BadCursor)?;
        let created_at = Timestamp::from_micros(i64::from_be_bytes(*micros)).ok_or(BadCursor)?;
        let id = uuid::Uuid::from_slice(id).map_err(|_| BadCursor)?;
        Ok(Self { created_at, id: id.into() })
    }
}

/// Begins with a word of its own, so that no cursor of another list passes for one of threads.
fn checksum(place: &[u8]) -> [u8; 4] {
    let mut sum = crc32fast::Hasher::new();
    sum.update(b"threads");
    sum.update(place);
    sum.finalize().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    fn cursor(micros: i64, id: u128) -> ThreadCursor {
        let created_at = Timestamp::from_micros(micros).unwrap();
        ThreadCursor { created_at, id: uuid::Uuid::from_u128(id).into() }
    }

    proptest! {
        #[test]
        fn a_cursor_is_read_again(micros in -62_167_219_200_000_000..253_402_300_800_000_000_i64, id in any::<u128>()) {
            let cursor = cursor(micros, id);
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn a_cursor_with_another_letter_is_told(id in any::<u128>(), at in 0..38_usize, letter in 0..64_usize) {
            let mut word = cursor(0, id).to_string().into_bytes();
            prop_assume!(word[at] != LETTERS[letter]);
            word[at] = LETTERS[letter];
            prop_assert_eq!(String::from_utf8(word).unwrap().parse::<ThreadCursor>(), Err(BadCursor));
        }

        #[test]
        fn no_word_is_too_strange_to_read(word in any::<String>()) {
            prop_assert_eq!(word.parse::<ThreadCursor>(), Err(BadCursor));
        }
    }

    #[test]
    fn a_cursor_that_was_cut_or_grew_is_told() {
        let word = cursor(1_700_000_000_123_456, 7).to_string();
        assert!(word.bytes().all(|letter| LETTERS.contains(&letter)), "{word} needs escapes");
        for length in 0..word.len() {
            assert_eq!(word[..length].parse::<ThreadCursor>(), Err(BadCursor));
        }
        for grown in [format!("{word}="), format!("{word}A"), format!(" {word}"), format!("{word}{word}")] {
            assert_eq!(grown.parse::<ThreadCursor>(), Err(BadCursor), "{grown}");
        }
    }

    #[test]
    fn a_time_beyond_all_calendars_is_no_place() {
        let mut bytes = [i64::MAX.to_be_bytes().as_slice(), &[0; 16]].concat();
        bytes.extend(checksum(&bytes));
        assert_eq!(URL_SAFE_NO_PAD.encode(bytes).parse::<ThreadCursor>(), Err(BadCursor));
    }
}
