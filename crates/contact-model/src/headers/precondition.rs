//! The headers `If-Match` and `If-None-Match` (RFC 9110), which make a request depend on the state of a
//! contact. Extension.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::headers::entity_tag::{EntityTag, RowVersion};
use crate::{ContactId, Include, schema};

/// The state that a write requires of the contact: the header `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// The contact exists.
    Exists,
    /// The row of the contact has one of these versions.
    IsOneOf(Vec<RowVersion>),
}

/// A regular expression for the texts that a precondition is parsed from: `*`, or a comma-separated list of
/// entity tags.
pub const PATTERN: &str = r#"^([ \t]*\*[ \t]*|[ \t,]*(W/)?"[!#-~\u0080-\u00ff]*"([ \t]*,[ \t,]*(W/)?"[!#-~\u0080-\u00ff]*")*[ \t,]*)$"#;

impl Precondition {
    /// Returns true if a contact that exists fulfils the precondition.
    pub fn holds(&self, contact: ContactId, version: i64) -> bool {
        match self {
            Self::Exists => true,
            Self::IsOneOf(versions) => versions.contains(&RowVersion { contact, version }),
        }
    }
}

/// Writes the value of the header. A precondition without versions, which is never fulfilled, is written as
/// an empty entity tag.
impl fmt::Display for Precondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A write compares only the version of the row, so the tag contains nothing else.
        let tag = |row: &RowVersion| {
            EntityTag { row: *row, agents: None, custom_fields: None, include: Include::default() }
                .to_string()
        };
        match self {
            Self::Exists => f.write_str("*"),
            Self::IsOneOf(versions) if versions.is_empty() => f.write_str("\"\""),
            Self::IsOneOf(versions) => f.write_str(&versions.iter().map(tag).collect::<Vec<_>>().join(", ")),
        }
    }
}

impl PartialSchema for Precondition {
    fn schema() -> RefOr<Schema> {
        schema::string()
            .pattern(Some(PATTERN))
            .description(Some(
                "Values of `ETag`, separated by commas: the contact must be in one of these states. `*` requires only \
                 that the contact exists. A weak tag never matches.",
            ))
            .examples(["*"])
            .into()
    }
}

impl ToSchema for Precondition {}

impl Serialize for Precondition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Parses the value of the header.
impl FromStr for Precondition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match EntityTagList::read([text.as_bytes()].into_iter()) {
            Ok(Some(tags)) => Ok(tags.precondition()),
            Ok(None) | Err(InvalidEntityTags) => Err(format!("A precondition {InvalidEntityTags}")),
        }
    }
}

/// The entity tags in the value of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityTagList<'h> {
    /// `*`, which matches any tag.
    Any,
    /// A list of at least one tag.
    Tags(Vec<ListedEntityTag<'h>>),
}

/// An entity tag in a list. It may be of another server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedEntityTag<'h> {
    /// True if the tag has the prefix `W/`.
    pub weak: bool,
    /// The tag without the prefix, with its quotes.
    pub text: &'h [u8],
}

/// The error for a header that contains neither `*` nor entity tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("takes `*`, or values of the header ETag with their quotes, separated by commas")]
pub struct InvalidEntityTags;

impl<'h> EntityTagList<'h> {
    /// Reads all values of a header as one list. Returns `None` if there are no values.
    ///
    /// # Errors
    /// Returns an error unless the values are either one `*` or at least one tag.
    pub fn read(values: impl Iterator<Item = &'h [u8]>) -> Result<Option<Self>, InvalidEntityTags> {
        let (mut is_present, mut any, mut tags) = (false, false, Vec::new());
        for value in values {
            is_present = true;
            match value.trim_ascii() {
                b"*" if !any => any = true,
                list => read_list(list, &mut tags).ok_or(InvalidEntityTags)?,
            }
        }
        match (is_present, any, tags.is_empty()) {
            (false, ..) => Ok(None),
            (true, true, true) => Ok(Some(Self::Any)),
            (true, false, false) => Ok(Some(Self::Tags(tags))),
            _ => Err(InvalidEntityTags),
        }
    }

    /// Returns true if the list contains the tag. Weak tags count too, as `If-None-Match` requires.
    pub fn has(&self, tag: impl AsRef<[u8]>) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|listed| listed.text == tag.as_ref()),
        }
    }

    /// Returns the precondition that the list expresses as `If-Match`. Weak tags, and tags of other servers,
    /// match nothing.
    pub fn precondition(&self) -> Precondition {
        match self {
            Self::Any => Precondition::Exists,
            Self::Tags(tags) => Precondition::IsOneOf(tags.iter().filter_map(ListedEntityTag::row).collect()),
        }
    }
}

impl ListedEntityTag<'_> {
    fn row(&self) -> Option<RowVersion> {
        let text = std::str::from_utf8(self.text).ok().filter(|_| !self.weak)?;
        text.parse().ok().map(|tag: EntityTag| tag.row)
    }
}

/// Reads a comma-separated list of tags and skips empty items. Returns `None` if anything else is found.
fn read_list<'h>(mut rest: &'h [u8], tags: &mut Vec<ListedEntityTag<'h>>) -> Option<()> {
    loop {
        rest = rest.trim_ascii_start();
        match rest {
            [] => return Some(()),
            [b',', after @ ..] => rest = after,
            _ => {
                let (weak, quoted) = match rest.strip_prefix(b"W/") {
                    Some(quoted) => (true, quoted),
                    None => (false, rest),
                };
                let length = quoted.strip_prefix(b"\"")?.iter().position(|&byte| byte == b'"')? + 2;
                let (text, after) = quoted.split_at_checked(length)?;
                // The characters of `etagc` in RFC 9110: no white space and no control characters.
                if !text.iter().all(|&byte| matches!(byte, 0x21..=0x7e | 0x80..)) {
                    return None;
                }
                tags.push(ListedEntityTag { weak, text });
                rest = after.trim_ascii_start();
                if !matches!(rest, [] | [b',', ..]) {
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
