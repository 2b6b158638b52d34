//! The tags of a company's contacts, page by page. Extension.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::cursor_word::{self, BadCursor};

/// A page of the tags that a company's contacts have, by the codes of their characters. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TagList {
    /// The tags.
    pub results: Vec<TagCount>,
    /// The URL of the next page, as a path or absolute, or null on the last page.
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

/// Where in the list of tags a page begins: behind this tag. It travels as a word that means something to the
/// server alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCursor(pub String);

/// What the words of this list are told from others by.
const LIST: &str = "tags";

/// The tag.
impl fmt::Display for TagCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&cursor_word::encode(LIST, self.0.as_bytes()))
    }
}

impl FromStr for TagCursor {
    type Err = BadCursor;

    fn from_str(word: &str) -> Result<Self, BadCursor> {
        let place = cursor_word::decode(LIST, word).ok_or(BadCursor)?;
        let tag = String::from_utf8(place).map_err(|_| BadCursor)?;
        // No database has a tag with a NUL in it.
        if tag.contains('\0') { Err(BadCursor) } else { Ok(Self(tag)) }
    }
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
    }

    #[test]
    fn a_place_that_no_tag_has_is_none() {
        for bad in [&b"a\0"[..], &[0xff]] {
            assert_eq!(cursor_word::encode(LIST, bad).parse::<TagCursor>(), Err(BadCursor), "{bad:?}");
        }
    }

    #[test]
    fn a_written_cursor_stays_readable() {
        // Changing what is written breaks the links that clients hold.
        assert_eq!(TagCursor("vip".to_owned()).to_string(), "dmlwoD3mpg");
    }
}
