//! Building a create or an update key by key, as a program that sends one writes it.
//!
//! ```
//! use contact_model::ContactUpdate;
//! use contact_model::Patch::Clear;
//!
//! let update = ContactUpdate::new().email(Clear).is_dnd(true).add_tags(["vip"]);
//! assert_eq!(serde_json::to_string(&update)?, r#"{"email":null,"is_dnd":true,"add_tags":["vip"]}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde_json::Value;

use crate::json_text::UnfitJson;
use crate::{ContactCreate, ContactUpdate, JsonText, LeadSource, Patch};

macro_rules! texts {
    ($($key:ident: $what:literal,)+) => {
        $(
            #[doc = concat!("Says ", $what, ": a text, or [`Patch::Clear`] for none.")]
            #[must_use]
            pub fn $key(mut self, value: impl Into<Patch<String>>) -> Self {
                self.$key = value.into();
                self
            }
        )+
    };
}

macro_rules! build_key_by_key {
    ($($request:ident, $tags:literal;)+) => {
        $(
            impl $request {
                /// Says nothing yet.
                pub fn new() -> Self {
                    Self::default()
                }

                texts! {
                    full_name: "the full name, which the first and last name follow",
                    first_name: "the first name",
                    last_name: "the last name",
                    email: "the email address",
                    phone_number: "the phone number",
                    business_name: "which company the contact speaks for",
                    notes: "the notes",
                }

                #[doc = $tags]
                #[must_use]
                pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
                    self.tags = Some(tags.into_iter().map(Into::into).collect());
                    self
                }

                /// Says whether the contact is to be left alone.
                #[must_use]
                pub fn is_dnd(mut self, is_dnd: bool) -> Self {
                    self.is_dnd = Some(is_dnd);
                    self
                }

                /// Says where the contact came from.
                #[must_use]
                pub fn lead_source(mut self, lead_source: LeadSource) -> Self {
                    self.lead_source = Some(lead_source);
                    self
                }

                /// Says the value of a custom field; `null` removes the one that is stored. The other
                /// fields stay as they are.
                ///
                /// # Errors
                /// The value holds a NUL, or nests deeper than
                /// [`CUSTOM_FIELD_DEPTH`](crate::limits::CUSTOM_FIELD_DEPTH).
                pub fn custom_field(
                    mut self,
                    name: impl Into<String>,
                    value: impl Into<Value>,
                ) -> Result<Self, UnfitJson> {
                    let value = value.into();
                    let value = if value.is_null() { None } else { Some(JsonText::try_from(&value)?) };
                    self.custom_fields.get_or_insert_default().0.insert(name.into(), value);
                    Ok(self)
                }
            }
        )+
    };
}

impl ContactUpdate {
    /// Adds these tags to those that the contact has. Extension; the server refuses it together with
    /// [`ContactUpdate::tags`].
    #[must_use]
    pub fn add_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.add_tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Removes these tags from those that the contact has. Extension; the server refuses it together with
    /// [`ContactUpdate::tags`].
    #[must_use]
    pub fn remove_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.remove_tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }
}

build_key_by_key! {
    ContactCreate, "Says the tags, which join those that an existing contact has.";
    ContactUpdate, "Replaces all tags of the contact with these.";
}

macro_rules! keys_in_common {
    ($($key:ident),+ $(,)?) => {
        /// Converts to the update with the same keys. The server applies them by the rules of an update: for example,
        /// `tags` replaces all tags.
        impl From<ContactCreate> for ContactUpdate {
            fn from(ContactCreate { $($key),+ }: ContactCreate) -> Self {
                Self { $($key,)+ ..Self::default() }
            }
        }
    };
}

keys_in_common!(
    full_name,
    first_name,
    last_name,
    email,
    phone_number,
    business_name,
    notes,
    tags,
    is_dnd,
    lead_source,
    custom_fields,
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Patch::Clear;

    #[test]
    fn every_key_is_said_and_no_other() -> Result<(), UnfitJson> {
        let create = ContactCreate::new()
            .full_name("jane doe")
            .first_name("Jane")
            .last_name(Clear)
            .email("Jane@Example.com")
            .phone_number("(415) 555-2671".to_owned())
            .business_name(Clear)
            .notes("")
            .tags(["lead"])
            .is_dnd(false)
            .lead_source(LeadSource::Import)
            .custom_field("Plan", "gold")?
            .custom_field("Since", 2024)?
            .custom_field("Old", Value::Null)?;
        let expected = r#"{"full_name":"jane doe","first_name":"Jane","last_name":null,"email":"Jane@Example.com","phone_number":"(415) 555-2671","business_name":null,"notes":"","tags":["lead"],"is_dnd":false,"lead_source":"import","custom_fields":{"Old":null,"Plan":"gold","Since":2024}}"#;
        assert_eq!(serde_json::to_string(&create).unwrap(), expected);
        assert_eq!(serde_json::to_string(&ContactUpdate::from(create)).unwrap(), expected);
        assert_eq!(serde_json::to_string(&ContactUpdate::new()).unwrap(), "{}");
        let tags = ContactUpdate::new().add_tags(["vip"]).remove_tags(["lead"]);
        assert_eq!(serde_json::to_string(&tags).unwrap(), r#"{"add_tags":["vip"],"remove_tags":["lead"]}"#);
        Ok(())
    }

    #[test]
    fn a_value_that_no_field_takes_is_refused() {
        let refused = ContactUpdate::new().custom_field("Plan", "a\0b").unwrap_err();
        assert_eq!(refused, UnfitJson::NulCharacter);
    }
}
