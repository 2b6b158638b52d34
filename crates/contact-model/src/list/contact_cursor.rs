//! Encodes the cursors of a list of contacts. Extension.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::cursor_encoding::UNREADABLE_CURSOR;
use super::{ContactQuery, Cursor, Sort, SortKey, SortValue, cursor_encoding};
use crate::limits;

/// Why a cursor is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// The cursor was truncated or altered, or is not a cursor of this version.
    #[error("{UNREADABLE_CURSOR}")]
    Unreadable,
    /// The cursor belongs to a list with other filters, another search or another order.
    #[error(
        "cursor belongs to a list with other filters or another order; omit it to start from the beginning."
    )]
    OfAnotherList,
}

/// The name of the list in the checksum. It is empty, because the cursor contains a hash that identifies the
/// list.
const LIST: &str = "";

/// The version of the encoding. Cursors of other versions are refused.
const VERSION: u8 = 1;
const NO_TIME: u8 = 0;
const TIME: u8 = 1;
const NO_TEXT: u8 = 2;
const TEXT: u8 = 3;

/// The length in bytes of the hash that identifies the list.
const LIST_HASH: usize = 8;

impl Cursor {
    /// Encodes the cursor as base64url without padding of:
    ///
    /// | bytes | what |
    /// | --- | --- |
    /// | 1 | the version |
    /// | 2 | the sort key, and 1 for descending |
    /// | 1 | 1 for backward |
    /// | 16 | the id |
    /// | 8 | the beginning of a hash of the filters, the search and the order |
    /// | 1 | the kind of value |
    /// | the rest | the value: microseconds or text |
    /// | 4 | CRC-32 of the bytes before |
    ///
    /// [`Cursor::decode`] refuses the result if the value has another type than the sort key of the query.
    pub fn encode(&self, query: &ContactQuery) -> String {
        let mut bytes =
            vec![VERSION, key_byte(query.sort.key), query.sort.descending.into(), self.backward.into()];
        bytes.extend(self.id.0.as_bytes());
        bytes.extend(list_hash(query));
        match &self.value {
            SortValue::Time(None) => bytes.push(NO_TIME),
            SortValue::Time(Some(time)) => {
                bytes.push(TIME);
                bytes.extend(time.as_micros().to_be_bytes());
            }
            SortValue::Text(None) => bytes.push(NO_TEXT),
            SortValue::Text(Some(text)) => {
                bytes.push(TEXT);
                bytes.extend(text.as_bytes());
            }
        }
        cursor_encoding::encode(LIST, &bytes)
    }

    /// Decodes a cursor that [`Cursor::encode`] encoded for a query with the same filters, search and order.
    ///
    /// # Errors
    /// Returns an error if the text is not a cursor, or is a cursor of another list.
    pub fn decode(text: &str, query: &ContactQuery) -> Result<Self, CursorError> {
        let position = cursor_encoding::decode(LIST, text).ok_or(CursorError::Unreadable)?;
        let (cursor, sort, hash) = read(&position).ok_or(CursorError::Unreadable)?;
        if sort != query.sort || hash != list_hash(query) {
            return Err(CursorError::OfAnotherList);
        }
        Ok(cursor)
    }
}

/// Reads a cursor, with the order and the hash of its list.
fn read(mut rest: &[u8]) -> Option<(Cursor, Sort, [u8; LIST_HASH])> {
    if byte(&mut rest)? != VERSION {
        return None;
    }
    let key = byte(&mut rest)?;
    let key = SortKey::ALL.into_iter().find(|&known| key_byte(known) == key)?;
    let sort = Sort { key, descending: flag(&mut rest)? };
    let backward = flag(&mut rest)?;
    let id = Uuid::from_bytes(chunk(&mut rest)?).into();
    let hash = chunk(&mut rest)?;
    let value = match (byte(&mut rest)?, rest) {
        (NO_TIME, []) => SortValue::Time(None),
        (NO_TEXT, []) => SortValue::Text(None),
        (TIME, micros) => SortValue::Time(Some(cursor_encoding::time(micros.try_into().ok()?)?)),
        (TEXT, bytes) => SortValue::Text(Some(text(bytes)?)),
        _ => return None,
    };
    let is_text = matches!(value, SortValue::Text(_));
    (is_text == (key == SortKey::Name)).then_some((Cursor { value, id, backward }, sort, hash))
}

/// Reads a text that databases can store.
fn text(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    (text.len() <= limits::NAME_KEY_BYTES && !text.contains('\0')).then(|| text.to_owned())
}

/// Takes the first `N` bytes.
fn chunk<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, others) = rest.split_first_chunk()?;
    *rest = others;
    Some(*first)
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    chunk(rest).map(|[byte]| byte)
}

fn flag(rest: &mut &[u8]) -> Option<bool> {
    match byte(rest)? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn key_byte(key: SortKey) -> u8 {
    match key {
        SortKey::CreatedAt => 0,
        SortKey::UpdatedAt => 1,
        SortKey::LastActivity => 2,
        SortKey::Name => 3,
        SortKey::DeletedAt => 4,
    }
}

/// Returns the beginning of a hash of the filters, the search and the order. Each text is preceded by its
/// length, so that different lists never produce the same input.
fn list_hash(query: &ContactQuery) -> [u8; LIST_HASH] {
    let sort = ("sort".to_owned(), query.sort.to_string());
    let mut hash = Sha256::new();
    for (name, value) in query.selection_pairs().into_iter().chain([sort]) {
        for text in [name, value] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
    }
    let hash = hash.finalize();
    std::array::from_fn(|index| hash[index])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn sorted_by(sort: &str) -> ContactQuery {
        ContactQuery { sort: sort.parse().unwrap(), ..ContactQuery::default() }
    }

    fn cursor(value: SortValue) -> Cursor {
        Cursor { value, id: Uuid::from_u128(7).into(), backward: false }
    }

    /// Returns a forged cursor with a valid checksum.
    fn forged(change: impl Fn(&mut Vec<u8>)) -> String {
        let written = cursor(SortValue::Text(Some("jane".to_owned()))).encode(&sorted_by("name"));
        let mut position = cursor_encoding::decode(LIST, &written).unwrap();
        change(&mut position);
        cursor_encoding::encode(LIST, &position)
    }

    #[test]
    fn forged_cursor_with_valid_checksum_is_refused() {
        let query = sorted_by("name");
        assert!(Cursor::decode(&forged(|_| {}), &query).is_ok());
        let changes: [fn(&mut Vec<u8>); 8] = [
            |bytes| bytes[0] = 2,
            |bytes| bytes[1] = 5,
            |bytes| bytes[1] = 0,
            |bytes| bytes[3] = 2,
            |bytes| bytes[28] = TIME,
            |bytes| bytes[29] = 0,
            |bytes| bytes[29] = 0xff,
            |bytes| bytes.extend([b'a'; limits::NAME_KEY_BYTES]),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            assert_eq!(Cursor::decode(&forged(change), &query), Err(CursorError::Unreadable), "{index}");
        }
        assert_eq!(Cursor::decode(&forged(|bytes| bytes.clear()), &query), Err(CursorError::Unreadable));
    }

    #[test]
    fn a_time_that_no_database_can_store_is_refused() {
        let query = sorted_by("last_activity");
        for micros in [-70_000_000_000_000_000, 253_402_300_800_000_000] {
            let time = Timestamp::from_micros(micros).unwrap();
            let text = cursor(SortValue::Time(Some(time))).encode(&query);
            assert_eq!(Cursor::decode(&text, &query), Err(CursorError::Unreadable));
        }
    }

    #[test]
    fn a_value_that_the_list_is_not_sorted_by_is_refused() {
        let text = cursor(SortValue::Text(None)).encode(&sorted_by("-created_at"));
        assert_eq!(Cursor::decode(&text, &sorted_by("-created_at")), Err(CursorError::Unreadable));
    }

    #[test]
    fn a_cursor_is_refused_in_another_order() {
        let text = cursor(SortValue::Time(None)).encode(&sorted_by("created_at"));
        for sort in ["-created_at", "updated_at", "name"] {
            assert_eq!(Cursor::decode(&text, &sorted_by(sort)), Err(CursorError::OfAnotherList));
        }
    }

    #[test]
    fn encoding_is_stable() {
        // A change of the encoding breaks links that clients have stored. In this case, `VERSION` must
        // change.
        let query = sorted_by("name");
        let jane = Cursor { backward: true, ..cursor(SortValue::Text(Some("jane".to_owned()))) };
        assert_eq!(jane.encode(&query), "AQMAAQAAAAAAAAAAAAAAAAAAAAebJQVWFs8jIQNqYW5luCalbg");
    }
}
