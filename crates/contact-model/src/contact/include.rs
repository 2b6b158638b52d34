//! The optional keys that a request can ask for with `include`. Extension.

use std::ops::BitOr;

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::schema;
use crate::string_enum::alternatives;

macro_rules! include_keys {
    ($($(#[$doc:meta])* $key:ident, $constant:ident, $bit:literal;)+) => {
        /// The optional keys that a response with a contact contains, as requested by `?include=`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
        pub struct Include {
            $($(#[$doc])* pub $key: bool,)+
        }

        impl Include {
            const NONE: Self = Self { $($key: false,)+ };
            /// Every optional key.
            pub const ALL: Self = Self { $($key: true,)+ };
            $($(#[$doc])* pub const $constant: Self = Self { $key: true, ..Self::NONE };)+

            /// The values of `include`.
            pub const WORDS: [&'static str; [$($bit),+].len()] = [$(stringify!($key)),+];

            /// Adds one key. Returns false if there is no such key.
            fn add_key(&mut self, word: &str) -> bool {
                $(if word == stringify!($key) {
                    self.$key = true;
                    return true;
                })+
                false
            }

            /// Returns the values of `include` that request these keys.
            pub fn words(self) -> impl Iterator<Item = &'static str> {
                let keys = [$((self.$key, stringify!($key))),+];
                keys.into_iter().filter_map(|(is_requested, word)| is_requested.then_some(word))
            }

            /// Encodes the keys as a number with one bit for each key.
            pub(crate) fn to_bits(self) -> i64 {
                $((i64::from(self.$key) << $bit))|+
            }

            /// Decodes a number that [`Include::to_bits`] returned. Ignores unknown bits.
            pub(crate) fn from_bits(bits: i64) -> Self {
                Self { $($key: bits & (1 << $bit) != 0,)+ }
            }
        }
    };
}

include_keys! {
    /// The first name.
    first_name, FIRST_NAME, 0;
    /// The last name.
    last_name, LAST_NAME, 1;
    /// The values of custom fields.
    custom_fields, CUSTOM_FIELDS, 2;
    /// When the contact last changed.
    updated_at, UPDATED_AT, 3;
}

/// The error for a value of `include` that is not an optional key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("include takes {words}; `{0}` was sent.", words = alternatives(&Include::WORDS))]
pub struct UnknownInclude(pub String);

impl Include {
    /// Adds the keys of a comma-separated list. Empty items are skipped.
    ///
    /// # Errors
    /// Returns an error that contains the first unknown key.
    pub fn add(&mut self, list: &str) -> Result<(), UnknownInclude> {
        let unknown = list.split(',').map(str::trim).find(|word| !word.is_empty() && !self.add_key(word));
        unknown.map_or(Ok(()), |word| Err(UnknownInclude(word.to_owned())))
    }
}

impl PartialSchema for Include {
    fn schema() -> RefOr<Schema> {
        let text = "An optional key of a contact in a response.";
        schema::string().enum_values(Some(Self::WORDS)).description(Some(text)).into()
    }
}

impl ToSchema for Include {}

/// Returns the keys that either of the two requests.
impl BitOr for Include {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self::from_bits(self.to_bits() | other.to_bits())
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
        let unknown = include.add("notes,updated_at").unwrap_err();
        assert_eq!(unknown, UnknownInclude("notes".into()));
        let message = unknown.to_string();
        assert!(Include::WORDS.iter().all(|word| message.contains(word)), "{message}");
    }
}
