//! Contacts that may be duplicates: the request, its cursor, and a page of the response. Extension.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cursor_encoding::{self, InvalidCursor};
use crate::string_enum::string_enum;
use crate::{Contact, Parameters, limits};

string_enum! {
    /// What the contacts of a group have in common: the `phone` number, the `email` address, or the `name` together with
    /// the business name.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "lowercase")]
    pub enum DuplicateReason: "a reason" {
        /// The same key of the phone number, by which creates find contacts.
        Phone = "phone",
        /// The same key of the email address, by which creates find contacts.
        Email = "email",
        /// The same name and the same business name, regardless of case and accents.
        Name = "name",
    }
}

/// Contacts that may be duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DuplicateGroup {
    /// What the contacts have in common.
    pub reason: DuplicateReason,
    /// The number of contacts of the group, at most 10,000.
    pub count: u64,
    /// The contacts, the oldest first, at most 20.
    pub contacts: Vec<Contact>,
}

/// A page of the groups of contacts that may be duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DuplicateList {
    /// The groups, first those with the same phone number, then those with the same email address, then the others. A page
    /// may have fewer than `page_size`, or none, even if there are more.
    pub results: Vec<DuplicateGroup>,
    /// The URL of the next page, as a path or absolute, or null on the last page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
    /// The cursor of the next page, for the parameter `cursor`, or null on the last page.
    #[serde(default)]
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// The parameters with which groups of duplicates are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateQuery {
    /// The reasons to look for. Empty for all.
    pub reasons: Vec<DuplicateReason>,
    /// The maximum number of groups on the page.
    pub page_size: u16,
    /// The position after which the page begins. `None` for the first page.
    pub cursor: Option<DuplicateCursor>,
}

/// A position in the list of groups: the last group of the previous page. Clients must treat the encoded cursor as opaque.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateCursor {
    /// The reason of the group.
    pub reason: DuplicateReason,
    /// The key that its contacts have in common. An empty key is the position before the first group of the reason.
    pub key: String,
}

/// The maximum number of contacts that a group lists.
pub const LISTED_DUPLICATES: usize = 20;

/// The name of the list in the checksums of its cursors.
const LIST: &str = "duplicates";

impl Default for DuplicateQuery {
    fn default() -> Self {
        Self { reasons: Vec::new(), page_size: limits::DEFAULT_PAGE_SIZE, cursor: None }
    }
}

impl DuplicateQuery {
    /// Reads `reason`, `page_size` and `cursor`. `reason` takes several values, separated by commas or in repeated
    /// parameters.
    pub fn read(parameters: &mut Parameters) -> Self {
        let mut reasons = Vec::new();
        for value in parameters.take_all("reason") {
            for word in value.split(',').map(str::trim) {
                match word.parse() {
                    Ok(reason) => reasons.push(reason),
                    Err(problem) => parameters.refuse("reason", format!("{problem}.")),
                }
            }
        }
        Self { reasons, page_size: parameters.page_size(), cursor: parameters.parsed("cursor") }
    }

    /// Returns the parameters of a link to another page, without its cursor.
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs: Vec<_> = self.reasons.iter().map(|reason| ("reason", reason.to_string())).collect();
        pairs.push(("page_size", self.page_size.to_string()));
        pairs
    }

    /// Returns true if the request looks for groups of this reason.
    pub fn has(&self, reason: DuplicateReason) -> bool {
        self.reasons.is_empty() || self.reasons.contains(&reason)
    }
}

impl fmt::Display for DuplicateCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = [&[self.reason as u8], self.key.as_bytes()].concat();
        f.write_str(&cursor_encoding::encode(LIST, &place))
    }
}

impl FromStr for DuplicateCursor {
    type Err = InvalidCursor;

    fn from_str(word: &str) -> Result<Self, InvalidCursor> {
        let place = cursor_encoding::decode(LIST, word).ok_or(InvalidCursor)?;
        let (reason, key) = place.split_first().ok_or(InvalidCursor)?;
        let reason = DuplicateReason::ALL.into_iter().find(|known| *known as u8 == *reason);
        let key = String::from_utf8(key.to_vec()).map_err(|_| InvalidCursor)?;
        Ok(Self { reason: reason.ok_or(InvalidCursor)?, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<DuplicateQuery, crate::Violations> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut parameters: Parameters = pairs.collect();
        let query = DuplicateQuery::read(&mut parameters);
        parameters.into_result(query)
    }

    #[test]
    fn a_cursor_survives_a_round_trip() {
        for reason in DuplicateReason::ALL {
            for key in ["", "+14155552671", "jane doe"] {
                let cursor = DuplicateCursor { reason, key: key.to_owned() };
                assert_eq!(cursor.to_string().parse(), Ok(cursor));
            }
        }
        let unknown_reason = cursor_encoding::encode(LIST, &[9]);
        let invalid_text = cursor_encoding::encode(LIST, &[0, 0xff]);
        for bad in ["", &cursor_encoding::encode(LIST, &[]), &unknown_reason, &invalid_text] {
            assert_eq!(bad.parse::<DuplicateCursor>(), Err(InvalidCursor), "{bad}");
        }
    }

    #[test]
    fn parameters_are_read_and_written() {
        assert_eq!(read(&[]), Ok(DuplicateQuery::default()));
        assert!(DuplicateReason::ALL.into_iter().all(|reason| DuplicateQuery::default().has(reason)));
        let query = read(&[("reason", "phone, name"), ("page_size", "7")]).unwrap();
        assert_eq!(query.reasons, [DuplicateReason::Phone, DuplicateReason::Name]);
        assert!(query.has(DuplicateReason::Name) && !query.has(DuplicateReason::Email));
        let pairs = query.to_pairs();
        assert_eq!(
            read(&pairs.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()),
            Ok(query)
        );
        for bad in [
            ("reason", "tags"),
            ("reason", "phone,"),
            ("reason", ""),
            ("page_size", "0"),
            ("cursor", "x"),
            ("limit", "5"),
        ] {
            assert!(read(&[bad]).is_err(), "{bad:?}");
        }
    }
}
