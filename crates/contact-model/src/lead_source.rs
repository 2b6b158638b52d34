//! Where a contact came from.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a contact came from. Documented: one of these six; invalid values are stored as `manual`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LeadSource {
    /// Entered by hand; also what an invalid value is stored as.
    Manual,
    /// Came over the API; what a new contact gets where nothing was sent (decided).
    Api,
    /// Came from a webhook.
    Webhook,
    /// Came from Facebook.
    Facebook,
    /// Came from Instagram.
    Instagram,
    /// Came from an import.
    Import,
}

impl LeadSource {
    /// All six, in the documentation's order.
    pub const ALL: [Self; 6] =
        [Self::Manual, Self::Api, Self::Webhook, Self::Facebook, Self::Instagram, Self::Import];

    /// The six words, for people.
    pub const WORDS: &str = "manual, api, webhook, facebook, instagram or import";

    /// Reads what was sent: one of the six words, exact and case-sensitive (decided); any other
    /// string is an invalid value and becomes [`LeadSource::Manual`] (documented).
    pub fn from_sent(word: &str) -> Self {
        Self::named(word).unwrap_or(Self::Manual)
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }

    /// The word for it in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Api => "api",
            Self::Webhook => "webhook",
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            Self::Import => "import",
        }
    }
}

impl FromStr for LeadSource {
    type Err = String;

    /// Reads one of the six words and refuses any other, for what must not be stored as something else.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::named(word).ok_or_else(|| format!("`{word}` is no lead source: use {}", Self::WORDS))
    }
}

#[cfg(test)]
mod tests {
    use super::LeadSource::{self, Manual};

    #[test]
    fn the_six_words_are_taken() {
        for source in LeadSource::ALL {
            assert_eq!(LeadSource::from_sent(source.as_str()), source);
            assert_eq!(source.as_str().parse(), Ok(source));
            assert!(LeadSource::WORDS.contains(source.as_str()), "{source:?}");
        }
    }

    #[test]
    fn anything_else_is_manual_where_it_is_taken() {
        for word in ["", "Facebook", "API", " api", "tiktok", "manual\0"] {
            assert_eq!(LeadSource::from_sent(word), Manual, "{word:?}");
            assert!(word.parse::<LeadSource>().is_err(), "{word:?}");
        }
    }
}
