//! The capabilities that a case needs.

use serde::Deserialize;

/// A capability that a case needs beyond the three documented operations and one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Further contacts, besides the one that the case works on.
    NewContacts,
    /// `?include=`, the only way to read first_name, last_name and custom_fields.
    Include,
    /// A custom field of the company that accepts any value. Its name is the variable `custom_field`.
    CustomField,
    /// A key that manages the company's custom fields and API keys.
    Admin,
    /// Agents and their threads.
    Agents,
    /// A company in the United States, whose phone numbers may have no country code.
    UnitedStates,
    /// The key of another company.
    OtherCompany,
}

impl Need {
    /// All needs.
    pub const ALL: [Self; 7] = [
        Self::NewContacts,
        Self::Include,
        Self::CustomField,
        Self::Admin,
        Self::Agents,
        Self::UnitedStates,
        Self::OtherCompany,
    ];

    /// Returns why a case without this capability is skipped.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NewContacts => "it creates contacts, which `--contact-id` does not allow",
            Self::Include => "the server does not support `?include=` (extension)",
            Self::CustomField => "it needs a custom field; name one with `--custom-field`",
            Self::Admin => "the API key does not have admin access (extension)",
            Self::Agents => "the server has no agents (extension)",
            Self::UnitedStates => "it needs a company in the United States; confirm with `--country US`",
            Self::OtherCompany => "it needs a key of another company; give one with `--other-api-key`",
        }
    }
}
