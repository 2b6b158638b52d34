//! The origin of a contact.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The origin of a contact. Documented: one of these six values; invalid values are stored as `manual`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LeadSource {
    /// Entered by hand. Also replaces an invalid value.
    Manual,
    /// Created through the API. The default of a new contact (decided).
    Api,
    /// Created by a webhook.
    Webhook,
    /// Imported from Facebook.
    Facebook,
    /// Imported from Instagram.
    Instagram,
    /// Created by an import.
    Import,
}

impl LeadSource {
    /// All six values, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::Manual, Self::Api, Self::Webhook, Self::Facebook, Self::Instagram, Self::Import];

    /// The six values, for messages.
    pub const WORDS: &str = "manual, api, webhook, facebook, instagram or import";

    /// Reads a value from a request. The six values are exact and case-sensitive (decided). Any other string
    /// is invalid and becomes [`LeadSource::Manual`] (documented).
    pub fn from_sent(word: &str) -> Self {
        Self::named(word).unwrap_or(Self::Manual)
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }

    /// Returns the value in the API and the database.
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

    /// Parses one of the six values and refuses any other. Used if a value must not be stored as something
    /// else.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::named(word).ok_or_else(|| format!("`{word}` is not a lead source: use {}", Self::WORDS))
    }
}

#[cfg(test)]
mod tests {
    use super::LeadSource::{self, Manual};

    #[test]
    fn the_six_values_are_parsed() {
        for source in LeadSource::ALL {
            assert_eq!(LeadSource::from_sent(source.as_str()), source);
            assert_eq!(source.as_str().parse(), Ok(source));
            assert!(LeadSource::WORDS.contains(source.as_str()), "{source:?}");
        }
    }

    #[test]
    fn any_other_value_becomes_manual_or_is_refused() {
        for word in ["", "Facebook", "API", " api", "tiktok", "manual\0"] {
            assert_eq!(LeadSource::from_sent(word), Manual, "{word:?}");
            assert!(word.parse::<LeadSource>().is_err(), "{word:?}");
        }
    }
}
