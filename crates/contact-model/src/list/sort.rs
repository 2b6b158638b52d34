//! The orders of a list of contacts. Extension.

use std::fmt;
use std::str::FromStr;

use crate::string_enum::string_enum;

string_enum! {
    /// The key that contacts are sorted by. Contacts with equal keys are sorted by id. Extension.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum SortKey: "a sort key" {
        /// When the contact was created.
        CreatedAt = "created_at",
        /// When the contact last changed.
        UpdatedAt = "updated_at",
        /// When the contact's latest thread took place. A contact may have none.
        LastActivity = "last_activity",
        /// The name as [`crate::search::name_key`] folds it. A contact may have none.
        Name = "name",
        /// When the contact was deleted. Only for a list of deleted contacts.
        DeletedAt = "deleted_at",
    }
}

impl SortKey {
    /// The keys of a list of contacts that are not deleted.
    pub const NOT_DELETED: [Self; 4] = [Self::CreatedAt, Self::UpdatedAt, Self::LastActivity, Self::Name];

    /// Returns the ascending order: the earliest, or the first in the alphabet, comes first.
    pub fn ascending(self) -> Sort {
        Sort { key: self, descending: false }
    }

    /// Returns the descending order: the latest, or the last in the alphabet, comes first.
    pub fn descending(self) -> Sort {
        Sort { key: self, descending: true }
    }
}

/// Converts to the ascending order.
impl From<SortKey> for Sort {
    fn from(key: SortKey) -> Self {
        key.ascending()
    }
}

/// The order of a list: `name`, or `-name` for descending. Extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The key that contacts are sorted by.
    pub key: SortKey,
    /// True if the latest, or the last in the alphabet, comes first.
    pub descending: bool,
}

/// The error for a value of `sort` that is not an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "sort takes created_at, updated_at, last_activity, name and, with deleted=true, deleted_at, each with \
     `-` before it for descending; `{0}` was sent."
)]
pub struct UnknownSort(pub String);

impl Default for Sort {
    /// Returns `-created_at`: the newest contact first.
    fn default() -> Self {
        Self { key: SortKey::CreatedAt, descending: true }
    }
}

impl FromStr for Sort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (word, descending) = text.strip_prefix('-').map_or((text, false), |word| (word, true));
        let key = word.parse().map_err(|_| UnknownSort(text.to_owned()))?;
        Ok(Self { key, descending })
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.descending { "-" } else { "" })?;
        f.write_str(self.key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_survives_a_round_trip() {
        for key in SortKey::ALL {
            for descending in [false, true] {
                let sort = Sort { key, descending };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
        assert_eq!(Sort::default().to_string(), "-created_at");
        assert_eq!(SortKey::Name.descending().to_string(), "-name");
        assert_eq!(Sort::from(SortKey::Name).to_string(), "name");
    }

    #[test]
    fn error_for_an_unknown_order_lists_the_known_ones() {
        for word in ["", "-", "--name", "Name", "email", " name", "+name"] {
            let unknown = word.parse::<Sort>().unwrap_err().to_string();
            assert!(SortKey::ALL.iter().all(|key| unknown.contains(key.as_str())), "{unknown}");
        }
    }
}
