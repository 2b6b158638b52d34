//! Cursors as words. Extension. A server seals the word before it hands it out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Timestamp;

/// A word that is no cursor of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cursor is not one that `next` of this list has; leave it out to start the list again.")]
pub struct BadCursor;

/// The word for a place in a list: its bytes and a CRC-32 in base64url without padding. So a word that was cut or
/// altered is told, instead of leading somewhere else. The sum begins with the list's name, so that no cursor of
/// another list passes for one of this.
pub(crate) fn encode(list: &str, place: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode([place, &checksum(list, place)].concat())
}

/// The place that [`encode`] made the word of, for the same list; none of any other word.
pub(crate) fn decode(list: &str, word: &str) -> Option<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD.decode(word).ok()?;
    let sum = bytes.split_off(bytes.len().checked_sub(4)?);
    (sum == checksum(list, &bytes)).then_some(bytes)
}

/// A time in a place, which every database can be asked for: PostgreSQL has no years before 4713 BC, and a word
/// with a good sum can be made up.
pub(crate) fn time(micros: [u8; 8]) -> Option<Timestamp> {
    Timestamp::from_micros(i64::from_be_bytes(micros)).filter(|time| time.is_rfc_3339())
}

fn checksum(list: &str, place: &[u8]) -> [u8; 4] {
    let mut sum = crc32fast::Hasher::new();
    sum.update(list.as_bytes());
    sum.update(place);
    sum.finalize().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    proptest! {
        #[test]
        fn a_place_is_read_as_it_was_written(place in any::<Vec<u8>>()) {
            let word = encode("list", &place);
            prop_assert!(word.bytes().all(|letter| LETTERS.contains(&letter)), "{} needs escapes", word);
            prop_assert_eq!(decode("list", &word), Some(place));
            prop_assert_eq!(decode("another", &word), None);
        }

        #[test]
        fn a_word_with_another_letter_is_told(
            place in any::<[u8; 24]>(), at in 0..37_usize, letter in 0..64_usize,
        ) {
            let mut word = encode("list", &place).into_bytes();
            prop_assume!(word[at] != LETTERS[letter]);
            word[at] = LETTERS[letter];
            prop_assert_eq!(decode("list", &String::from_utf8(word).unwrap()), None);
        }

        #[test]
        fn no_word_is_too_strange_to_read(word in any::<String>()) {
            prop_assert_eq!(decode("list", &word), None);
        }
    }

    #[test]
    fn a_word_that_was_cut_or_grew_is_told() {
        let word = encode("list", &[7; 24]);
        for length in 0..word.len() {
            assert_eq!(decode("list", &word[..length]), None);
        }
        for grown in [format!("{word}="), format!("{word}A"), format!(" {word}"), format!("{word}{word}")] {
            assert_eq!(decode("list", &grown), None, "{grown}");
        }
    }

    #[test]
    fn a_time_that_no_database_holds_is_no_place() {
        for micros in [i64::MIN, -70_000_000_000_000_000, 253_402_300_800_000_000, i64::MAX] {
            assert_eq!(time(micros.to_be_bytes()), None, "{micros}");
        }
        assert_eq!(time([0; 8]), Timestamp::from_micros(0));
    }
}
