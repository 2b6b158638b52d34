//! The fields of a contact that a create and an update can contain.

use serde::Serialize;
use utoipa::openapi::schema::ObjectBuilder;

use crate::ContactState;
use crate::body::ObjectReader;
use crate::schema::{description, nullable_string};
use crate::{CustomFieldPatch, LeadSource, Patch, limits};

/// Passes the texts of [`ContactFields`] to another macro: the key and the limit in characters of each. The struct,
/// its functions and the setters of its texts follow from this table.
///
/// A plain text is stored as sent, and its documentation is also its description in the API. The rules and the
/// descriptions of the other texts are in the files of the create and of the update.
macro_rules! contact_texts {
    ($generate:ident) => {
        $generate! {
            texts_with_rules {
                /// The full name, which determines the first and last name.
                full_name: limits::NAME,
                /// The first name.
                first_name: limits::NAME,
                /// The last name.
                last_name: limits::NAME,
                /// The email address.
                email: limits::EMAIL,
                /// The phone number.
                phone_number: limits::PHONE_NUMBER,
            }
            plain_texts {
                /// The company that the contact represents. An empty string is stored as an empty string.
                business_name: limits::NAME,
                /// Free text. An empty string is stored as an empty string.
                notes: limits::NOTES,
            }
        }
    };
}
pub(super) use contact_texts;

macro_rules! contact_fields {
    (
        texts_with_rules { $($(#[doc = $doc:literal])+ $text:ident: $limit:expr,)+ }
        plain_texts { $($(#[doc = $plain_doc:literal])+ $plain:ident: $plain_limit:expr,)+ }
    ) => {
        /// The fields of a contact that a create and an update can contain. Only sent fields are applied (documented).
        /// [`ContactCreate`](crate::ContactCreate) and [`ContactUpdate`](crate::ContactUpdate) define the rules.
        #[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
        pub struct ContactFields {
            $(
                $(#[doc = $doc])+
                #[serde(skip_serializing_if = "Patch::is_keep")]
                pub $text: Patch<String>,
            )+
            $(
                $(#[doc = $plain_doc])+
                #[serde(skip_serializing_if = "Patch::is_keep")]
                pub $plain: Patch<String>,
            )+
            /// The tags.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub tags: Option<Vec<String>>,
            /// "Do not disturb".
            #[serde(skip_serializing_if = "Option::is_none")]
            pub is_dnd: Option<bool>,
            /// The origin of the contact.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub lead_source: Option<LeadSource>,
            /// The values of custom fields, by name.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub custom_fields: Option<CustomFieldPatch>,
        }

        impl ContactFields {
            /// Reads the fields. `read_boolean` is the rule for `is_dnd`.
            pub(crate) fn read<'a>(
                object: &mut ObjectReader<'a>,
                read_boolean: fn(&mut ObjectReader<'a>, &str) -> Option<bool>,
            ) -> Self {
                Self {
                    $($text: object.text(stringify!($text), $limit),)+
                    $($plain: object.text(stringify!($plain), $plain_limit),)+
                    tags: object.tags("tags"),
                    is_dnd: read_boolean(object, "is_dnd"),
                    lead_source: object.lead_source("lead_source"),
                    custom_fields: object.custom_fields("custom_fields"),
                }
            }

            /// Adds the plain texts to the schema of a body.
            pub(crate) fn describe_plain_texts(schema: ObjectBuilder) -> ObjectBuilder {
                schema$(.property(
                    stringify!($plain),
                    nullable_string($plain_limit).description(Some(description(&[$($plain_doc),+]))),
                ))+
            }

            /// Returns these fields, and those of `other` that were not sent here.
            #[must_use]
            pub(crate) fn or(self, other: Self) -> Self {
                Self {
                    $($text: self.$text.or(other.$text),)+
                    $($plain: self.$plain.or(other.$plain),)+
                    tags: self.tags.or(other.tags),
                    is_dnd: self.is_dnd.or(other.is_dnd),
                    lead_source: self.lead_source.or(other.lead_source),
                    custom_fields: self.custom_fields.or(other.custom_fields),
                }
            }

            /// Applies the fields that are stored as sent in a create and in an update.
            pub(crate) fn apply_common(&self, contact: &mut ContactState) {
                $(self.$plain.apply(&mut contact.$plain);)+
                if let Some(is_dnd) = self.is_dnd {
                    contact.is_dnd = is_dnd;
                }
                if let Some(lead_source) = self.lead_source {
                    contact.lead_source = lead_source;
                }
            }
        }
    };
}
contact_texts!(contact_fields);

impl ContactFields {
    /// Returns true if a field was sent that may change the [searched texts](ContactState::searched_texts).
    pub fn writes_searched_texts(&self) -> bool {
        let names = [&self.full_name, &self.first_name, &self.last_name];
        let others = [&self.email, &self.phone_number, &self.business_name];
        names.into_iter().chain(others).any(|text| !text.is_keep())
    }
}
