//! The fields of a contact that a column may be for.

use std::fmt;
use std::sync::Arc;

use contact_client::model::CustomField;
use contact_client::model::custom_field::named;

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
    Custom(Arc<CustomField>),
    /// An object of custom fields by their names, some of these.
    CustomFields(Arc<[CustomField]>),
}

const CUSTOM: &str = "custom_fields.";

/// The word for an object of custom fields.
const OBJECT: &str = "custom_fields";

/// The fields that every contact has, by the words for them; a create's word comes first.
const WORDS: [(&str, Field); 13] = [
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
    ("name", Field::FullName),
    ("phone", Field::PhoneNumber),
    ("dnd", Field::IsDnd),
];

impl Field {
    /// The field of a contact that a word of the API names: a custom one is `custom_fields.NAME`.
    pub(crate) fn named(word: &str, custom: &[CustomField]) -> Option<Self> {
        match word.strip_prefix(CUSTOM) {
            Some(name) => Self::custom(name, custom),
            None if word == OBJECT => Some(Self::CustomFields(custom.into())),
            None => WORDS.iter().find(|(name, _)| *name == word).map(|(_, field)| field.clone()),
        }
    }

    /// Returns the custom field with this name.
    pub(crate) fn custom(name: &str, custom: &[CustomField]) -> Option<Self> {
        named(custom, name).map(|field| Self::Custom(Arc::new(field.clone())))
    }

    /// Returns the only custom field with this name in upper or lower case.
    pub(crate) fn custom_in_any_case(name: &str, custom: &[CustomField]) -> Option<Self> {
        let folded = |name: &str| name.trim().to_lowercase();
        let wanted = folded(name);
        let mut same = custom.iter().filter(|field| folded(&field.name) == wanted);
        let (Some(field), None) = (same.next(), same.next()) else { return None };
        Some(Self::Custom(Arc::new(field.clone())))
    }

    /// The word that is most like one that names no field.
    pub(crate) fn near(word: &str, custom: &[CustomField]) -> Option<String> {
        let custom = custom.iter().map(|field| format!("{CUSTOM}{}", field.name)).collect::<Vec<_>>();
        let known =
            WORDS.iter().map(|(name, _)| *name).chain([OBJECT]).chain(custom.iter().map(String::as_str));
        nearest(word, known).map(str::to_owned)
    }

    /// All words for fields, for people.
    pub(crate) fn words() -> String {
        let words = WORDS[..10].iter().map(|(word, _)| *word);
        words.chain([OBJECT, "custom_fields.NAME"]).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Custom(field) => return write!(f, "{CUSTOM}{}", field.name),
            Self::CustomFields(_) => return f.write_str(OBJECT),
            _ => {}
        }
        let word = WORDS.iter().find(|(_, field)| field == self).map(|(word, _)| *word);
        f.write_str(word.unwrap_or_default())
    }
}
