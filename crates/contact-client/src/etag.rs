//! Entity tags.

use std::fmt;
use std::str::FromStr;

use contact_model::Precondition;
use reqwest::header::HeaderValue;

use crate::InvalidRequest;

/// An entity tag: an opaque name for the state of a contact, as in the header `ETag`, with its quotes.
///
/// Two responses with the same tag contain the same contact in the same state. A call can write a contact only if it is
/// still in a state ([`Call::if_match`](crate::Call::if_match)), or read it only if it is not
/// ([`Call::if_none_match`](crate::Call::if_none_match)).
///
/// ```
/// use contact_client::ETag;
///
/// let tag: ETag = r#""018bab2f-v12-i0""#.parse()?;
/// assert_eq!(tag.to_string(), r#""018bab2f-v12-i0""#);
/// # Ok::<(), contact_client::InvalidETag>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ETag(HeaderValue);

/// The error for a text that is not an entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entity tag is a text in double quotes, such as \"018bab2f-v12-i0\"")]
pub struct InvalidETag;

/// A value that may have an entity tag: an [`ETag`], an `Option<ETag>`, or a [`Response`](crate::Response).
pub trait HasETag {
    /// Returns the entity tag. If it is `None`, a call that needs it is not sent and fails with
    /// [`InvalidRequest::MissingETag`].
    fn etag(&self) -> Option<&ETag>;
}

impl HasETag for ETag {
    fn etag(&self) -> Option<&ETag> {
        Some(self)
    }
}

impl HasETag for Option<ETag> {
    fn etag(&self) -> Option<&ETag> {
        self.as_ref()
    }
}

impl ETag {
    pub(crate) fn from_header(value: &HeaderValue) -> Result<Self, InvalidETag> {
        let text = value.to_str().map_err(|_| InvalidETag)?;
        let quoted = text.strip_prefix("W/").unwrap_or(text);
        let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(InvalidETag)?;
        if inner.contains('"') { Err(InvalidETag) } else { Ok(Self(value.clone())) }
    }

    /// Returns the header value for a condition on a state.
    pub(crate) fn to_header(state: &impl HasETag) -> Result<HeaderValue, InvalidRequest> {
        state.etag().map(|tag| tag.0.clone()).ok_or(InvalidRequest::MissingETag)
    }
}

impl FromStr for ETag {
    type Err = InvalidETag;

    fn from_str(text: &str) -> Result<Self, InvalidETag> {
        Self::from_header(&HeaderValue::from_str(text).map_err(|_| InvalidETag)?)
    }
}

/// For [`BatchItem::if_match`](contact_model::BatchItem::if_match).
impl From<&ETag> for Precondition {
    fn from(tag: &ETag) -> Self {
        // Every entity tag can be parsed. A condition without tags never holds.
        tag.to_string().parse().unwrap_or(Self::IsOneOf(Vec::new()))
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_displayed_as_it_was_parsed() {
        for text in ["\"018bab2f-v12-i0\"", "W/\"a\"", "\"\""] {
            assert_eq!(text.parse::<ETag>().unwrap().to_string(), text);
        }
        for text in ["", "*", "a", "\"", "\"a", "a\"", "\"a\"b\"", "\"a\", \"b\"", "\"a\n\"", "\"é\""] {
            assert_eq!(text.parse::<ETag>(), Err(InvalidETag), "{text}");
        }
    }
}
