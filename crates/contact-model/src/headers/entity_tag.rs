//! Entity tags: the header `ETag` (RFC 9110), which identifies the state of the contact in a response.
//! Extension.

use std::fmt;
use std::str::FromStr;

use crate::{ContactId, Include};

/// The version of the representation. It must change if a newer server represents an unchanged contact
/// differently.
const REPRESENTATION: char = 'v';

/// Identifies the state of the contact in a response. Two responses with the same tag contain the same contact, byte by
/// byte.
///
/// The tag consists of version numbers, so that the server can compare it without reading what the response contains.
/// The version of the row determines which agents and custom fields the response contains. For these the tag has only
/// the sum of their versions. No version ever decreases, so an unchanged sum means that every version is unchanged.
///
/// Clients must treat the tag as opaque. Its format is `"<contact>-v12-a1.3-i0"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntityTag {
    /// The contact, and the version of its row.
    pub row: RowVersion,
    /// The agents in the response, or `None` in a response without agents, such as the response to a write.
    pub agents: Option<ShownAgents>,
    /// The custom fields in the response, if the request asked for them.
    pub custom_fields: Option<ShownCustomFields>,
    /// The optional keys that the request asked for.
    pub include: Include,
}

/// A contact and the number of changes of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowVersion {
    /// The contact's id.
    pub contact: ContactId,
    /// The version of the row.
    pub version: i64,
}

/// The versions of the agents in a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct ShownAgents {
    /// The version of the active agent, or 0 if there is none.
    pub active: i64,
    /// The sum of the versions of the agents of the latest threads.
    pub of_threads: i64,
}

/// The versions of the custom fields whose values are in a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct ShownCustomFields {
    /// The number of fields. It changes if a deleted field removes its value from the response.
    pub count: i64,
    /// The sum of the versions.
    pub versions: i64,
}

/// The error for a text that is not an entity tag of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an entity tag of a contact")]
pub struct InvalidEntityTag;

impl ShownCustomFields {
    /// Adds a field with this version.
    pub fn add(&mut self, version: i64) {
        self.count += 1;
        self.versions += version;
    }
}

/// Writes the tag as in the header, with its quotes.
impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}-{REPRESENTATION}{}", self.row.contact.0.simple(), self.row.version)?;
        if let Some(ShownAgents { active, of_threads }) = self.agents {
            write!(f, "-a{active}.{of_threads}")?;
        }
        if let Some(ShownCustomFields { count, versions }) = self.custom_fields {
            write!(f, "-f{count}.{versions}")?;
        }
        write!(f, "-i{}\"", self.include.to_bits())
    }
}

impl FromStr for EntityTag {
    type Err = InvalidEntityTag;

    fn from_str(text: &str) -> Result<Self, InvalidEntityTag> {
        let tag = read(text).ok_or(InvalidEntityTag)?;
        // Only the exact text that `Display` writes is a tag of this server.
        if tag.to_string() == text { Ok(tag) } else { Err(InvalidEntityTag) }
    }
}

fn read(text: &str) -> Option<EntityTag> {
    let mut parts = text.strip_prefix('"')?.strip_suffix('"')?.split('-');
    let contact = uuid::Uuid::try_parse(parts.next()?).ok()?.into();
    let version = number(parts.next()?.strip_prefix(REPRESENTATION)?)?;
    let (mut agents, mut custom_fields) = (None, None);
    loop {
        let part = parts.next()?;
        if let Some(pair) = part.strip_prefix('a') {
            let (active, of_threads) = two_numbers(pair)?;
            agents = Some(ShownAgents { active, of_threads });
        } else if let Some(pair) = part.strip_prefix('f') {
            let (count, versions) = two_numbers(pair)?;
            custom_fields = Some(ShownCustomFields { count, versions });
        } else {
            let include = Include::from_bits(number(part.strip_prefix('i')?)?);
            let row = RowVersion { contact, version };
            return parts.next().is_none().then_some(EntityTag { row, agents, custom_fields, include });
        }
    }
}

fn two_numbers(pair: &str) -> Option<(i64, i64)> {
    let (one, two) = pair.split_once('.')?;
    Some((number(one)?, number(two)?))
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: &str = "\"018bab2f5d607c319a558dd25736052a-v12-i0\"";

    fn plain() -> EntityTag {
        let contact = "018bab2f-5d60-7c31-9a55-8dd25736052a".parse().unwrap();
        let row = RowVersion { contact, version: 12 };
        EntityTag { row, agents: None, custom_fields: None, include: Include::default() }
    }

    fn tags() -> impl Strategy<Value = EntityTag> {
        let count = || 0..i64::MAX;
        let row = (any::<u128>(), count());
        let pair = || proptest::option::of((count(), count()));
        (row, pair(), pair(), 0..16_i64).prop_map(|((id, version), agents, fields, include_bits)| EntityTag {
            row: RowVersion { contact: uuid::Uuid::from_u128(id).into(), version },
            agents: agents.map(|(active, of_threads)| ShownAgents { active, of_threads }),
            custom_fields: fields.map(|(count, versions)| ShownCustomFields { count, versions }),
            include: Include::from_bits(include_bits),
        })
    }

    #[test]
    fn a_tag_contains_the_versions_of_what_is_shown() {
        assert_eq!(plain().to_string(), PLAIN);
        let mut custom_fields = ShownCustomFields::default();
        custom_fields.add(1);
        custom_fields.add(7);
        let whole = EntityTag {
            agents: Some(ShownAgents { active: 3, of_threads: 5 }),
            custom_fields: Some(custom_fields),
            include: Include { custom_fields: true, updated_at: true, ..Include::default() },
            ..plain()
        };
        assert_eq!(whole.to_string(), "\"018bab2f5d607c319a558dd25736052a-v12-a3.5-f2.8-i12\"");
    }

    #[test]
    fn a_tag_that_would_be_written_differently_is_refused() {
        assert_eq!(PLAIN.parse(), Ok(plain()));
        let id = "018bab2f5d607c319a558dd25736052a";
        for text in [
            String::new(),
            "\"\"".to_owned(),
            "\"v12\"".to_owned(),
            PLAIN.trim_matches('"').to_owned(),
            format!("W/{PLAIN}"),
            PLAIN.to_uppercase(),
            format!("\"{id}-v12\""),
            format!("\"{id}-v+12-i0\""),
            format!("\"{id}-v012-i0\""),
            format!("\"{id}-v12-i4611686018427387904\""),
            format!("\"{id}-v12-i0-i0\""),
            format!("\"{id}-v12-f1.1-a1.1-i0\""),
            format!("\"{id}-v12-a1-i0\""),
            format!("\"{id}-v99999999999999999999-i0\""),
            "\"018bab2f-5d60-7c31-9a55-8dd25736052a-v12-i0\"".to_owned(),
        ] {
            assert_eq!(text.parse::<EntityTag>(), Err(InvalidEntityTag), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_tag_survives_a_round_trip(tag in tags()) {
            let text = tag.to_string();
            prop_assert!(text.bytes().all(|byte| matches!(byte, 0x21..=0x7e)), "{} is no header", text);
            prop_assert_eq!(text.parse(), Ok(tag));
        }

        #[test]
        fn different_states_have_different_tags(one in tags(), other in tags()) {
            prop_assert_eq!(one.to_string() == other.to_string(), one == other);
        }

        #[test]
        fn parsing_never_panics(text in any::<String>()) {
            prop_assert_eq!(text.parse::<EntityTag>(), Err(InvalidEntityTag));
        }

        #[test]
        fn tag_with_a_letter_more_or_less_differs(tag in tags(), at in any::<prop::sample::Index>()) {
            let text = tag.to_string();
            let mut cut = text.clone();
            cut.remove(at.index(text.len()));
            prop_assert_ne!(cut.parse(), Ok(tag));
            prop_assert_ne!(format!("{text}0").parse(), Ok(tag));
        }
    }
}
