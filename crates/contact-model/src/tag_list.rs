//! The tags of a company's contacts, page by page. Extension.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A page of the tags that a company's contacts have, by the codes of their characters. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TagList {
    /// The tags.
    pub results: Vec<TagCount>,
    /// The URL of the next page, null where there is none.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
}

/// A tag, and how many contacts have it. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "tag": "vip", "contacts": 12 }))]
pub struct TagCount {
    /// The tag.
    pub tag: String,
    /// The contacts that have it, deleted ones not among them.
    pub contacts: u64,
}

/// Where in the list of tags a page begins: behind this tag. It travels as the tag's bytes and their
/// CRC-32 in base64url, so that one which was cut or made up is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCursor(pub String);

/// A word that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cursor takes what `next` of the page before says, as it is.")]
pub struct BadTagCursor;

impl fmt::Display for TagCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.0.as_bytes(), &checksum(&self.0)].concat();
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for TagCursor {
    type Err = BadTagCursor;

    fn from_str(word: &str) -> Result<Self, BadTagCursor> {
        let mut bytes = URL_SAFE_NO_PAD.decode(word).map_err(|_| BadTagCursor)?;
        let length = bytes.len().checked_sub(4).ok_or(BadTagCursor)?;
        let sum = bytes.split_off(length);
        let tag = String::from_utf8(bytes).map_err(|_| BadTagCursor)?;
        if sum == checksum(&tag) && !tag.contains('\0') { Ok(Self(tag)) } else { Err(BadTagCursor) }
    }
}

/// Begins with a word of its own, so that no cursor of another list passes for one of tags.
fn checksum(tag: &str) -> [u8; 4] {
    let mut sum = crc32fast::Hasher::new();
    sum.update(b"tags");
    sum.update(tag.as_bytes());
    sum.finalize().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_given(tag in "[^\0]{0,100}") {
            let cursor = TagCursor(tag);
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn an_altered_cursor_is_told(tag in "[a-z]{1,20}", place in 0..16_usize) {
            let mut word = TagCursor(tag).to_string().into_bytes();
            let place = place % (word.len() - 1);
            word[place] = if word[place] == b'A' { b'B' } else { b'A' };
            prop_assert_eq!(String::from_utf8(word).unwrap().parse::<TagCursor>(), Err(BadTagCursor));
        }

        #[test]
        fn no_word_is_too_strange_to_read(word in any::<String>()) {
            let _ = word.parse::<TagCursor>();
        }
    }
}
