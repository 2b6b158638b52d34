//! Entity tags, as a client sees them: words that mean something to the server alone.

use std::fmt;
use std::str::FromStr;

use contact_model::Precondition;
use reqwest::header::HeaderValue;

use crate::InvalidRequest;

/// Which state of a contact an answer showed: the header `ETag`, with its quotes.
///
/// Two answers with one tag showed the same. It is sent back to write a contact only while it is so
/// ([`Call::if_match`](crate::Call::if_match)), or to read it only where it is no longer so
/// ([`Call::if_none_match`](crate::Call::if_none_match)).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ETag(HeaderValue);

/// A text that is no entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entity tag is a text in quotes, as the header ETag has it")]
pub struct NoETag;

/// What names a state of a contact: an entity tag, or an answer that has one.
///
/// Where there is none, a call that needs it is not sent: it fails with
/// [`InvalidRequest::NoETag`](crate::InvalidRequest::NoETag).
pub trait HasETag {
    /// The entity tag, where there is one.
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
    /// Reads a header.
    pub(crate) fn of(value: &HeaderValue) -> Result<Self, NoETag> {
        let text = value.to_str().map_err(|_| NoETag)?;
        let quoted = text.strip_prefix("W/").unwrap_or(text);
        let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(NoETag)?;
        if inside.contains('"') { Err(NoETag) } else { Ok(Self(value.clone())) }
    }

    /// The header for the state that something names.
    pub(crate) fn header(state: &impl HasETag) -> Result<HeaderValue, InvalidRequest> {
        state.etag().map(|tag| tag.0.clone()).ok_or(InvalidRequest::NoETag)
    }
}

impl FromStr for ETag {
    type Err = NoETag;

    fn from_str(text: &str) -> Result<Self, NoETag> {
        Self::of(&HeaderValue::from_str(text).map_err(|_| NoETag)?)
    }
}

/// What an item of a batch needs: [`BatchItem::if_match`](contact_model::BatchItem::if_match).
impl From<&ETag> for Precondition {
    fn from(tag: &ETag) -> Self {
        // Whatever is a tag can be read as one; none that is not the server's ever matches.
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
    fn a_tag_is_shown_as_it_was_read() {
        for text in ["\"018bab2f-v12-i0\"", "W/\"a\"", "\"\""] {
            assert_eq!(text.parse::<ETag>().unwrap().to_string(), text);
        }
        for text in ["", "*", "a", "\"", "\"a", "a\"", "\"a\"b\"", "\"a\", \"b\"", "\"a\n\"", "\"é\""] {
            assert_eq!(text.parse::<ETag>(), Err(NoETag), "{text}");
        }
    }
}
