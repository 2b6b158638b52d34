//! What a column of a file may be for.

use std::fmt;
use std::sync::Arc;

use contact_client::model::CustomField;
use contact_client::model::custom_field::named;

use crate::contact_fields::{CUSTOM_FIELD, CUSTOM_FIELDS, Field, written_fields};
use crate::failure::nearest;

/// What a column is for. Several columns may be for the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Field(Field),
    /// A custom field of the company.
    Custom(Arc<CustomField>),
    /// An object of custom fields by name. These are the custom fields of the company.
    CustomFields(Arc<[CustomField]>),
}

impl Target {
    /// Returns the target with this name: the key of a field or its alias, or `custom_fields.NAME`, or else the name of a
    /// custom field.
    pub(super) fn named(name: &str, custom: &[CustomField]) -> Option<Self> {
        let key = match name.strip_prefix(CUSTOM_FIELD) {
            Some(name) => Self::custom(name, custom),
            None if name == CUSTOM_FIELDS => Some(Self::CustomFields(custom.into())),
            None => written_fields()
                .find(|written| written.key == name || written.alias == Some(name))
                .map(|written| Self::Field(written.field)),
        };
        key.or_else(|| Self::custom(name, custom))
    }

    fn custom(name: &str, custom: &[CustomField]) -> Option<Self> {
        named(custom, name).map(|field| Self::Custom(Arc::new(field.clone())))
    }

    /// Returns the only custom field with this name in upper or lower case.
    pub(super) fn custom_in_any_case(name: &str, custom: &[CustomField]) -> Option<Self> {
        let folded = |name: &str| name.trim().to_lowercase();
        let wanted = folded(name);
        let mut same = custom.iter().filter(|field| folded(&field.name) == wanted);
        let (Some(field), None) = (same.next(), same.next()) else { return None };
        Some(Self::Custom(Arc::new(field.clone())))
    }

    /// Returns the name of a target that is similar to this one.
    pub(super) fn similar(name: &str, custom: &[CustomField]) -> Option<String> {
        let custom: Vec<String> =
            custom.iter().map(|field| format!("{CUSTOM_FIELD}{}", field.name)).collect();
        let fields = written_fields().flat_map(|written| [Some(written.key), written.alias]).flatten();
        nearest(name, fields.chain([CUSTOM_FIELDS]).chain(custom.iter().map(String::as_str)))
            .map(str::to_owned)
    }

    /// Returns the names of all targets for a message.
    pub(super) fn names() -> String {
        let keys = written_fields().map(|written| written.key);
        keys.chain([CUSTOM_FIELDS, "custom_fields.NAME"]).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => f.write_str(field.key()),
            Self::Custom(field) => write!(f, "{CUSTOM_FIELD}{}", field.name),
            Self::CustomFields(_) => f.write_str(CUSTOM_FIELDS),
        }
    }
}
