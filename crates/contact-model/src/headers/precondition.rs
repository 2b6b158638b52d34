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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read<'h>(values: &[&'h str]) -> Result<Option<EntityTagList<'h>>, InvalidEntityTags> {
        EntityTagList::read(values.iter().map(|value| value.as_bytes()))
    }

    fn listed(tags: &[(bool, &'static str)]) -> Option<EntityTagList<'static>> {
        let tags = tags.iter().map(|&(weak, text)| ListedEntityTag { weak, text: text.as_bytes() });
        Some(EntityTagList::Tags(tags.collect()))
    }

    #[test]
    fn lists_are_read_in_every_spelling() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["*"]), Ok(Some(EntityTagList::Any)));
        assert_eq!(read(&[" * "]), Ok(Some(EntityTagList::Any)));
        assert_eq!(read(&["\"a\""]), Ok(listed(&[(false, "\"a\"")])));
        assert_eq!(read(&["\"\""]), Ok(listed(&[(false, "\"\"")])));
        let three = [(false, "\"a,b\""), (true, "\"c\""), (false, "\"\u{e9}\"")];
        assert_eq!(read(&["\"a,b\" ,, W/\"c\",\t\"\u{e9}\","]), Ok(listed(&three)));
        assert_eq!(read(&["\"a,b\"", "W/\"c\", \"\u{e9}\""]), Ok(listed(&three)));
    }

    #[test]
    fn a_text_that_is_not_a_list_is_refused() {
        for values in [
            &[""][..],
            &[","],
            &["a"],
            &["\"a"],
            &["a\""],
            &["w/\"a\""],
            &["W/ \"a\""],
            &["\"a b\""],
            &["\"a\" \"b\""],
            &["\"a\"b"],
            &["*, \"a\""],
            &["**"],
            &["*", "\"a\""],
            &["*", "*"],
        ] {
            assert_eq!(read(values), Err(InvalidEntityTags), "{values:?}");
        }
    }

    #[test]
    fn a_weak_tag_matches_for_reads_but_never_for_writes() {
        let tag = "\"018bab2f5d607c319a558dd25736052a-v12-a3.5-i0\"";
        let weak = format!("W/{tag}");
        let contact = "018bab2f-5d60-7c31-9a55-8dd25736052a".parse().unwrap();
        for (value, for_reading, for_writing) in
            [(tag, true, true), (weak.as_str(), true, false), ("\"other\"", false, false), ("*", true, true)]
        {
            let list = read(&[value]).unwrap().unwrap();
            assert_eq!(list.has(tag), for_reading, "{value}");
            assert_eq!(list.precondition().holds(contact, 12), for_writing, "{value}");
            // A write compares only the version of the row.
            assert_eq!(list.precondition().holds(contact, 13), value == "*", "{value}");
        }
        let other = ContactId(uuid::Uuid::nil());
        assert!(!read(&[tag]).unwrap().unwrap().precondition().holds(other, 12));
        assert!(!read(&[tag]).unwrap().unwrap().has("\"018bab2f5d607c319a558dd25736052a-v12-a3.6-i0\""));
    }

    #[test]
    fn a_precondition_is_written_as_in_a_header() {
        let tag = "\"018bab2f5d607c319a558dd25736052a-v12-a3.5-i0\"";
        let two = format!("{tag}, \"other\", \"018bab2f5d607c319a558dd25736052a-v13-i4\"");
        for (text, expected) in [
            ("*", "*"),
            (tag, "\"018bab2f5d607c319a558dd25736052a-v12-i0\""),
            (
                &two,
                "\"018bab2f5d607c319a558dd25736052a-v12-i0\", \"018bab2f5d607c319a558dd25736052a-v13-i0\"",
            ),
            ("\"other\"", "\"\""),
            ("W/\"a\"", "\"\""),
        ] {
            assert_eq!(text.parse::<Precondition>().unwrap().to_string(), expected);
        }
        for text in ["", "x", "*, \"a\"", "\"a"] {
            let bad = text.parse::<Precondition>().unwrap_err();
            assert!(bad.starts_with("A precondition takes `*`, or values of the header ETag"), "{bad}");
        }
    }

    fn preconditions() -> impl Strategy<Value = Precondition> {
        let row = (any::<u128>(), 0..i64::MAX)
            .prop_map(|(id, version)| RowVersion { contact: uuid::Uuid::from_u128(id).into(), version });
        let one_of = prop::collection::vec(row, 0..4).prop_map(Precondition::IsOneOf);
        prop_oneof![1 => Just(Precondition::Exists), 4 => one_of]
    }

    proptest! {
        #[test]
        fn a_precondition_survives_a_round_trip(needed in preconditions()) {
            prop_assert_eq!(needed.to_string().parse(), Ok(needed));
        }

        #[test]
        fn a_listed_tag_is_found(tags in prop::collection::vec("[!#-~]{0,9}", 1..5), weak in any::<bool>()) {
            let prefix = if weak { "W/" } else { "" };
            let quoted: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
            let value: Vec<String> = quoted.iter().map(|tag| format!("{prefix}{tag}")).collect();
            let value = value.join(", ");
            let list = EntityTagList::read([value.as_bytes()].into_iter()).unwrap().unwrap();
            prop_assert!(quoted.iter().all(|tag| list.has(tag)));
            prop_assert!(!list.has("\"something else\""));
            prop_assert_eq!(list.precondition(), Precondition::IsOneOf(Vec::new()));
        }

        #[test]
        fn parsing_never_panics(value in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(Some(EntityTagList::Tags(tags))) = EntityTagList::read([value.as_slice()].into_iter()) {
                prop_assert!(!tags.is_empty());
            }
        }
    }
}
