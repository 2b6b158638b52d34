//! The encoding of cursors. The server encrypts and authenticates the encoded cursor before it sends it.
//! Extension.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Timestamp;

/// The message for a text that is not a cursor of its list.
pub const UNREADABLE_CURSOR: &str =
    "cursor is not a cursor of this list; omit it to start from the beginning.";

/// The error for a text that is not a cursor of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{UNREADABLE_CURSOR}")]
pub struct InvalidCursor;

/// Encodes a position in a list as base64url without padding, followed by a CRC-32. The checksum detects a
/// truncated or altered cursor. It includes the name of the list, so that a cursor of another list is
/// refused.
pub(crate) fn encode(list: &str, position: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode([position, &checksum(list, position)].concat())
}

/// Decodes a position that [`encode`] encoded for the same list. Returns `None` for any other text.
pub(crate) fn decode(list: &str, text: &str) -> Option<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let sum = bytes.split_off(bytes.len().checked_sub(4)?);
    (sum == checksum(list, &bytes)).then_some(bytes)
}

/// Decodes a time of a position. Returns `None` for a time that a database cannot store: PostgreSQL has no
/// years before 4713 BC.
pub(crate) fn time(micros: [u8; 8]) -> Option<Timestamp> {
    Timestamp::from_micros(i64::from_be_bytes(micros)).filter(|time| time.is_rfc_3339())
}

fn checksum(list: &str, position: &[u8]) -> [u8; 4] {
    let mut sum = crc32fast::Hasher::new();
    sum.update(list.as_bytes());
    sum.update(position);
    sum.finalize().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    proptest! {
        #[test]
        fn a_position_survives_a_round_trip(position in any::<Vec<u8>>()) {
            let text = encode("list", &position);
            prop_assert!(text.bytes().all(|letter| LETTERS.contains(&letter)), "{} needs escapes", text);
            prop_assert_eq!(decode("list", &text), Some(position));
            prop_assert_eq!(decode("another", &text), None);
        }

        #[test]
        fn an_altered_character_is_detected(
            position in any::<[u8; 24]>(), at in 0..37_usize, letter in 0..64_usize,
        ) {
            let mut text = encode("list", &position).into_bytes();
            prop_assume!(text[at] != LETTERS[letter]);
            text[at] = LETTERS[letter];
            prop_assert_eq!(decode("list", &String::from_utf8(text).unwrap()), None);
        }

        #[test]
        fn decoding_never_panics(text in any::<String>()) {
            prop_assert_eq!(decode("list", &text), None);
        }
    }

    #[test]
    fn a_truncated_or_extended_cursor_is_refused() {
        let text = encode("list", &[7; 24]);
        for length in 0..text.len() {
            assert_eq!(decode("list", &text[..length]), None);
        }
        for grown in [format!("{text}="), format!("{text}A"), format!(" {text}"), format!("{text}{text}")] {
            assert_eq!(decode("list", &grown), None, "{grown}");
        }
    }

    #[test]
    fn a_time_that_no_database_can_store_is_refused() {
        for micros in [i64::MIN, -70_000_000_000_000_000, 253_402_300_800_000_000, i64::MAX] {
            assert_eq!(time(micros.to_be_bytes()), None, "{micros}");
        }
        assert_eq!(time([0; 8]), Timestamp::from_micros(0));
    }
}
