//! What a case needs that not every server has, and not everyone who asks.

use serde::Deserialize;

/// What a case needs beside the three documented operations and one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Contacts of its own, beside the one that it works on.
    NewContacts,
    /// `?include=`: the only way to see first_name, last_name and custom_fields.
    Include,
    /// The name of a custom field of the company that takes any value: the variable `custom_field`.
    CustomField,
    /// A key that manages the company's custom fields and API keys.
    Admin,
    /// Agents, and threads of theirs.
    Agents,
    /// A company that reads phone numbers as they are written in the United States.
    UnitedStates,
    /// The key of another company.
    OtherCompany,
}

impl Need {
    /// Every need.
    pub const ALL: [Self; 7] = [
        Self::NewContacts,
        Self::Include,
        Self::CustomField,
        Self::Admin,
        Self::Agents,
        Self::UnitedStates,
        Self::OtherCompany,
    ];

    /// Why a case is left out that needs it where it is not there.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NewContacts => "the one contact of `--contact-id` is worked on, and it makes others",
            Self::Include => "the server shows no optional keys by `?include=` (extension)",
            Self::CustomField => "no custom field to try it on: `--custom-field` names one",
            Self::Admin => "the API key does not manage the company (extension)",
            Self::Agents => "the server has no agents (extension)",
            Self::UnitedStates => "it is not said that the company is in the United States: `--country US`",
            Self::OtherCompany => "there is no key of another company: `--other-api-key`",
        }
    }
}
