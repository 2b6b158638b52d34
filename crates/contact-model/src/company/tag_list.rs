//! A list of the tags of a company's contacts and its cursor. Extension.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::list::cursor_encoding::{self, InvalidCursor};

/// A page of the tags of a company's contacts, sorted by code point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "results": [{ "tag": "vip", "contacts": 12 }],
    "next": "/tags/?page_size=50&cursor=AAAAAAAAAAAAAAAAAAAAB2frZec",
    "next_cursor": "AAAAAAAAAAAAAAAAAAAAB2frZec"
}))]
pub struct TagList {
    /// The tags.
    pub results: Vec<TagCount>,
    /// The URL of the next page, as a path or absolute, or null on the last page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
    /// The cursor of the next page, for the parameter `cursor`, or null on the last page.
    #[serde(default)]
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A tag and the number of contacts that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TagCount {
    /// The tag.
    pub tag: String,
    /// The number of contacts that have the tag, without deleted contacts.
    pub contacts: u64,
}

/// The tag that a page begins after. Clients must treat the encoded cursor as opaque.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCursor(pub String);

/// The name of the list in the checksums of its cursors.
const LIST: &str = "tags";

/// Encodes the tag.
impl fmt::Display for TagCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&cursor_encoding::encode(LIST, self.0.as_bytes()))
    }
}

impl FromStr for TagCursor {
    type Err = InvalidCursor;

    fn from_str(word: &str) -> Result<Self, InvalidCursor> {
        let place = cursor_encoding::decode(LIST, word).ok_or(InvalidCursor)?;
        let tag = String::from_utf8(place).map_err(|_| InvalidCursor)?;
        // Stored tags never contain a NUL.
        if tag.contains('\0') { Err(InvalidCursor) } else { Ok(Self(tag)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_survives_a_round_trip(tag in "[^\0]{0,100}") {
            let cursor = TagCursor(tag);
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn an_invalid_tag_is_refused() {
        for bad in [&b"a\0"[..], &[0xff]] {
            assert_eq!(
                cursor_encoding::encode(LIST, bad).parse::<TagCursor>(),
                Err(InvalidCursor),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn encoding_is_stable() {
        // A change of the encoding breaks links that clients have stored.
        assert_eq!(TagCursor("vip".to_owned()).to_string(), "dmlwoD3mpg");
    }
}
