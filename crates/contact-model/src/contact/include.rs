//! The further keys that a request can ask for with `include`. Extension.

use std::ops::BitOr;

/// The further keys that a response with a contact contains, as requested by `?include=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Include {
    /// The first name.
    pub first_name: bool,
    /// The last name.
    pub last_name: bool,
    /// The values of custom fields.
    pub custom_fields: bool,
    /// When the contact last changed.
    pub updated_at: bool,
}

/// The error for a value of `include` that is not a further key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("include takes first_name, last_name, custom_fields and updated_at; `{0}` was sent.")]
pub struct UnknownInclude(pub String);

impl Include {
    /// The first name.
    pub const FIRST_NAME: Self = Self { first_name: true, ..Self::NONE };
    /// The last name.
    pub const LAST_NAME: Self = Self { last_name: true, ..Self::NONE };
    /// The values of custom fields.
    pub const CUSTOM_FIELDS: Self = Self { custom_fields: true, ..Self::NONE };
    /// When the contact last changed.
    pub const UPDATED_AT: Self = Self { updated_at: true, ..Self::NONE };
    /// Every further key.
    pub const ALL: Self = Self { first_name: true, last_name: true, custom_fields: true, updated_at: true };
    const NONE: Self = Self { first_name: false, last_name: false, custom_fields: false, updated_at: false };

    /// The values of `include`.
    pub const WORDS: [&'static str; 4] = ["first_name", "last_name", "custom_fields", "updated_at"];

    /// Adds the keys of a comma-separated list. Empty items are skipped.
    ///
    /// # Errors
    /// Returns an error that contains the first unknown key.
    pub fn add(&mut self, list: &str) -> Result<(), UnknownInclude> {
        for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "first_name" => self.first_name = true,
                "last_name" => self.last_name = true,
                "custom_fields" => self.custom_fields = true,
                "updated_at" => self.updated_at = true,
                unknown => return Err(UnknownInclude(unknown.to_owned())),
            }
        }
        Ok(())
    }

    /// Returns the values of `include` that request these keys.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let asked = [self.first_name, self.last_name, self.custom_fields, self.updated_at];
        Self::WORDS.into_iter().zip(asked).filter_map(|(word, is_asked)| is_asked.then_some(word))
    }
}

/// Returns the keys that either of the two requests.
impl BitOr for Include {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            first_name: self.first_name || other.first_name,
            last_name: self.last_name || other.last_name,
            custom_fields: self.custom_fields || other.custom_fields,
            updated_at: self.updated_at || other.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_key_is_parsed_and_unknown_ones_are_reported() {
        let mut include = Include::default();
        include.add(&Include::WORDS.join(", ")).unwrap();
        assert_eq!(include, Include::ALL);
        let each = [Include::FIRST_NAME, Include::LAST_NAME, Include::CUSTOM_FIELDS, Include::UPDATED_AT];
        for (one, word) in each.into_iter().zip(Include::WORDS) {
            assert!(one.words().eq([word]));
        }
        assert_eq!(each.into_iter().reduce(|all, one| all | one), Some(Include::ALL));
        assert!(include.words().eq(Include::WORDS));
        assert_eq!(Include::default().words().next(), None);
        assert_eq!(include.add("notes,updated_at"), Err(UnknownInclude("notes".into())));
    }
}
