//! The fields of a contact that a column may be for.

use std::fmt;

use contact_client::model::{CustomField, CustomFieldType};

use crate::failure::nearest;

/// A field of a contact. Several columns may be for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Field {
    FullName,
    FirstName,
    LastName,
    Email,
    PhoneNumber,
    BusinessName,
    Notes,
    Tags,
    IsDnd,
    LeadSource,
    /// A custom field of the company.
    Custom(String, CustomFieldType),
    /// An object of custom fields by their names.
    CustomFields,
}

const CUSTOM: &str = "custom_fields.";

/// The fields that every contact has, by the words for them; a create's word comes first.
const WORDS: [(&str, Field); 14] = [
    ("full_name", Field::FullName),
    ("first_name", Field::FirstName),
    ("last_name", Field::LastName),
    ("email", Field::Email),
    ("phone_number", Field::PhoneNumber),
    ("business_name", Field::BusinessName),
    ("notes", Field::Notes),
    ("tags", Field::Tags),
    ("is_dnd", Field::IsDnd),
    ("lead_source", Field::LeadSource),
    ("custom_fields", Field::CustomFields),
    ("name", Field::FullName),
    ("phone", Field::PhoneNumber),
    ("dnd", Field::IsDnd),
];

impl Field {
    /// The field of a contact that a word of the API names: a custom one is `custom_fields.NAME`.
    pub(crate) fn named(word: &str, custom: &[CustomField]) -> Option<Self> {
        match word.strip_prefix(CUSTOM) {
            Some(name) => Self::custom(name, custom),
            None => WORDS.iter().find(|(name, _)| *name == word).map(|(_, field)| field.clone()),
        }
    }

    /// The custom field of this name.
    pub(crate) fn custom(name: &str, custom: &[CustomField]) -> Option<Self> {
        let field = custom.iter().find(|field| field.name == name)?;
        Some(Self::Custom(field.name.clone(), field.kind))
    }

    /// The word that is most like one that names no field.
    pub(crate) fn near(word: &str, custom: &[CustomField]) -> Option<String> {
        let custom = custom.iter().map(|field| format!("{CUSTOM}{}", field.name)).collect::<Vec<_>>();
        let known = WORDS.iter().map(|(name, _)| *name).chain(custom.iter().map(String::as_str));
        nearest(word, known).map(str::to_owned)
    }

    /// All words for fields, for people.
    pub(crate) fn words() -> String {
        let words = WORDS[..10].iter().map(|(word, _)| *word);
        words.chain(["custom_fields.NAME"]).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Custom(name, _) = self {
            return write!(f, "{CUSTOM}{name}");
        }
        let word = WORDS.iter().find(|(_, field)| field == self).map(|(word, _)| *word);
        f.write_str(word.unwrap_or_default())
    }
}
