//! What a request asks of the state that a contact is in: the headers `If-Match` and `If-None-Match`
//! (RFC 9110). Extension.

use std::fmt;
use std::str::FromStr;

use crate::entity_tag::{EntityTag, RowVersion};
use crate::{ContactId, Include};

/// What a write needs of the contact that it changes: the header `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// That it exists.
    Exists,
    /// That its row is of one of these versions.
    IsOneOf(Vec<RowVersion>),
}

/// What texts a precondition is read from, as a regular expression: `*`, or tags between commas.
pub const PATTERN: &str = r#"^([ \t]*\*[ \t]*|[ \t,]*(W/)?"[!#-~\u0080-\u00ff]*"([ \t]*,[ \t,]*(W/)?"[!#-~\u0080-\u00ff]*")*[ \t,]*)$"#;

impl Precondition {
    /// True where a contact that exists is as the write needs it.
    pub fn holds(&self, contact: ContactId, version: i64) -> bool {
        match self {
            Self::Exists => true,
            Self::IsOneOf(versions) => versions.contains(&RowVersion { contact, version }),
        }
    }
}

/// As a header says it. What is no tag of ours, and so never holds, is said as a tag without a text.
impl fmt::Display for Precondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions = match self {
            Self::Exists => return f.write_str("*"),
            Self::IsOneOf(versions) if versions.is_empty() => return f.write_str("\"\""),
            Self::IsOneOf(versions) => versions,
        };
        for (index, row) in versions.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            // Whatever else a tag names, a write asks for the row alone.
            let tag = EntityTag { row: *row, agents: None, custom_fields: None, include: Include::default() };
            write!(f, "{separator}{tag}")?;
        }
        Ok(())
    }
}

/// From the text of a header.
impl FromStr for Precondition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match TagList::read([text.as_bytes()].into_iter()) {
            Ok(Some(tags)) => Ok(tags.precondition()),
            Ok(None) | Err(UnreadableTags) => Err(format!("A precondition {UnreadableTags}")),
        }
    }
}

/// The tags that a header lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagList<'h> {
    /// `*`: any.
    Any,
    /// Those that are named, at least one.
    Tags(Vec<ListedTag<'h>>),
}

/// A tag in a list: ours, or whatever else is in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedTag<'h> {
    /// True where it says of itself that it is weak.
    pub weak: bool,
    /// Its text, with the quotes.
    pub text: &'h [u8],
}

/// A header that holds neither `*` nor tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("takes `*`, or tags as the header ETag has them, with their quotes, separated by commas")]
pub struct UnreadableTags;

impl<'h> TagList<'h> {
    /// Reads the values of a header, which make one list together; `None` where there are none.
    ///
    /// # Errors
    /// They hold neither `*` alone nor at least one tag.
    pub fn read(values: impl Iterator<Item = &'h [u8]>) -> Result<Option<Self>, UnreadableTags> {
        let (mut is_there, mut any, mut tags) = (false, false, Vec::new());
        for value in values {
            is_there = true;
            match value.trim_ascii() {
                b"*" if !any => any = true,
                list => read_list(list, &mut tags).ok_or(UnreadableTags)?,
            }
        }
        match (is_there, any, tags.is_empty()) {
            (false, ..) => Ok(None),
            (true, true, true) => Ok(Some(Self::Any)),
            (true, false, false) => Ok(Some(Self::Tags(tags))),
            _ => Err(UnreadableTags),
        }
    }

    /// True where the tag is in the list, weak or not: what `If-None-Match` asks.
    pub fn has(&self, tag: impl AsRef<[u8]>) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|listed| listed.text == tag.as_ref()),
        }
    }

    /// What the list means as `If-Match`. A weak tag and one that is not ours match nothing.
    pub fn precondition(&self) -> Precondition {
        match self {
            Self::Any => Precondition::Exists,
            Self::Tags(tags) => Precondition::IsOneOf(tags.iter().filter_map(ListedTag::row).collect()),
        }
    }
}

impl ListedTag<'_> {
    fn row(&self) -> Option<RowVersion> {
        let text = std::str::from_utf8(self.text).ok().filter(|_| !self.weak)?;
        text.parse().ok().map(|tag: EntityTag| tag.row)
    }
}

/// Reads tags and commas; empty places between commas say nothing. `None` at anything else.
fn read_list<'h>(mut rest: &'h [u8], tags: &mut Vec<ListedTag<'h>>) -> Option<()> {
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
                // Neither white space nor what controls: RFC 9110's `etagc`.
                if !text.iter().all(|&byte| matches!(byte, 0x21..=0x7e | 0x80..)) {
                    return None;
                }
                tags.push(ListedTag { weak, text });
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

    fn read<'h>(values: &[&'h str]) -> Result<Option<TagList<'h>>, UnreadableTags> {
        TagList::read(values.iter().map(|value| value.as_bytes()))
    }

    fn listed(tags: &[(bool, &'static str)]) -> Option<TagList<'static>> {
        let tags = tags.iter().map(|&(weak, text)| ListedTag { weak, text: text.as_bytes() });
        Some(TagList::Tags(tags.collect()))
    }

    #[test]
    fn lists_are_read_in_every_spelling() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["*"]), Ok(Some(TagList::Any)));
        assert_eq!(read(&[" * "]), Ok(Some(TagList::Any)));
        assert_eq!(read(&["\"a\""]), Ok(listed(&[(false, "\"a\"")])));
        assert_eq!(read(&["\"\""]), Ok(listed(&[(false, "\"\"")])));
        let three = [(false, "\"a,b\""), (true, "\"c\""), (false, "\"\u{e9}\"")];
        assert_eq!(read(&["\"a,b\" ,, W/\"c\",\t\"\u{e9}\","]), Ok(listed(&three)));
        assert_eq!(read(&["\"a,b\"", "W/\"c\", \"\u{e9}\""]), Ok(listed(&three)));
    }

    #[test]
    fn what_is_no_list_is_told() {
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
            assert_eq!(read(values), Err(UnreadableTags), "{values:?}");
        }
    }

    #[test]
    fn a_weak_tag_fits_for_reading_and_never_for_writing() {
        let tag = "\"018bab2f5d607c319a558dd25736052a-v12-a3.5-i0\"";
        let weak = format!("W/{tag}");
        let contact = "018bab2f-5d60-7c31-9a55-8dd25736052a".parse().unwrap();
        for (value, for_reading, for_writing) in
            [(tag, true, true), (weak.as_str(), true, false), ("\"other\"", false, false), ("*", true, true)]
        {
            let list = read(&[value]).unwrap().unwrap();
            assert_eq!(list.has(tag), for_reading, "{value}");
            assert_eq!(list.precondition().holds(contact, 12), for_writing, "{value}");
            // The row alone counts for a write, and another version of it does not.
            assert_eq!(list.precondition().holds(contact, 13), value == "*", "{value}");
        }
        let other = ContactId(uuid::Uuid::nil());
        assert!(!read(&[tag]).unwrap().unwrap().precondition().holds(other, 12));
        assert!(!read(&[tag]).unwrap().unwrap().has("\"018bab2f5d607c319a558dd25736052a-v12-a3.6-i0\""));
    }

    #[test]
    fn a_precondition_is_said_as_a_header_says_it() {
        let tag = "\"018bab2f5d607c319a558dd25736052a-v12-a3.5-i0\"";
        let two = format!("{tag}, \"other\", \"018bab2f5d607c319a558dd25736052a-v13-i4\"");
        for (text, said) in [
            ("*", "*"),
            (tag, "\"018bab2f5d607c319a558dd25736052a-v12-i0\""),
            (
                &two,
                "\"018bab2f5d607c319a558dd25736052a-v12-i0\", \"018bab2f5d607c319a558dd25736052a-v13-i0\"",
            ),
            ("\"other\"", "\"\""),
            ("W/\"a\"", "\"\""),
        ] {
            assert_eq!(text.parse::<Precondition>().unwrap().to_string(), said);
        }
        for text in ["", "x", "*, \"a\"", "\"a"] {
            let bad = text.parse::<Precondition>().unwrap_err();
            assert!(bad.starts_with("A precondition takes `*`, or tags"), "{bad}");
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
        fn what_is_said_is_read_again(needed in preconditions()) {
            prop_assert_eq!(needed.to_string().parse(), Ok(needed));
        }

        #[test]
        fn what_was_listed_is_found(tags in prop::collection::vec("[!#-~]{0,9}", 1..5), weak in any::<bool>()) {
            let prefix = if weak { "W/" } else { "" };
            let quoted: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
            let value: Vec<String> = quoted.iter().map(|tag| format!("{prefix}{tag}")).collect();
            let value = value.join(", ");
            let list = TagList::read([value.as_bytes()].into_iter()).unwrap().unwrap();
            prop_assert!(quoted.iter().all(|tag| list.has(tag)));
            prop_assert!(!list.has("\"something else\""));
            prop_assert_eq!(list.precondition(), Precondition::IsOneOf(Vec::new()));
        }

        #[test]
        fn no_header_is_too_strange_to_read(value in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(Some(TagList::Tags(tags))) = TagList::read([value.as_slice()].into_iter()) {
                prop_assert!(!tags.is_empty());
            }
        }
    }
}
