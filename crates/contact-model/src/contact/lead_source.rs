//! The origin of a contact.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::string_enum::string_enum;

string_enum! {
    /// The origin of a contact.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "lowercase")]
    pub enum LeadSource: "a lead source" {
        /// Entered by hand. Also replaces an invalid value.
        Manual = "manual",
        /// Created through the API. The default of a new contact (decided).
        #[default]
        Api = "api",
        /// Created by a webhook.
        Webhook = "webhook",
        /// Imported from Facebook.
        Facebook = "facebook",
        /// Imported from Instagram.
        Instagram = "instagram",
        /// Created by an import.
        Import = "import",
    }
}

impl LeadSource {
    /// Reads a value from a request. The six values are exact and case-sensitive (decided). Any other string
    /// is invalid and becomes [`LeadSource::Manual`] (documented).
    pub fn from_sent(word: &str) -> Self {
        word.parse().unwrap_or(Self::Manual)
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
