//! Builds a create or an update key by key, for programs that send requests.
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

use super::fields::contact_texts;
use crate::json::JsonTextError;
use crate::{ContactCreate, ContactUpdate, JsonText, LeadSource, Patch};

macro_rules! text_setters {
    (
        texts_with_rules { $($(#[doc = $doc:literal])+ $text:ident: $limit:expr,)+ }
        plain_texts { $($(#[doc = $plain_doc:literal])+ $plain:ident: $plain_limit:expr,)+ }
    ) => {
        $(text_setters! { $(#[doc = $doc])+ $text })+
        $(text_setters! { $(#[doc = $plain_doc])+ $plain })+
    };
    ($(#[doc = $doc:literal])+ $key:ident) => {
        #[doc = concat!("Sets `", stringify!($key), "` to a text, or clears it with [`Patch::Clear`].")]
        ///
        $(#[doc = $doc])+
        #[must_use]
        pub fn $key(mut self, value: impl Into<Patch<String>>) -> Self {
            self.fields.$key = value.into();
            self
        }
    };
}

macro_rules! impl_builder {
    ($($request:ident, $tags:literal;)+) => {
        $(
            impl $request {
                /// Creates a request without keys.
                pub fn new() -> Self {
                    Self::default()
                }

                contact_texts!(text_setters);

                #[doc = $tags]
                #[must_use]
                pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
                    self.fields.tags = Some(tags.into_iter().map(Into::into).collect());
                    self
                }

                /// Sets whether the contact must not be disturbed.
                #[must_use]
                pub fn is_dnd(mut self, is_dnd: bool) -> Self {
                    self.fields.is_dnd = Some(is_dnd);
                    self
                }

                /// Sets the origin of the contact.
                #[must_use]
                pub fn lead_source(mut self, lead_source: LeadSource) -> Self {
                    self.fields.lead_source = Some(lead_source);
                    self
                }

                /// Sets the value of a custom field. `null` removes the stored value. Other custom fields
                /// are unchanged.
                ///
                /// # Errors
                /// Returns an error if the value contains a NUL or is nested deeper than
                /// [`CUSTOM_FIELD_DEPTH`](crate::limits::CUSTOM_FIELD_DEPTH).
                pub fn custom_field(
                    mut self,
                    name: impl Into<String>,
                    value: impl Into<Value>,
                ) -> Result<Self, JsonTextError> {
                    let value = value.into();
                    let value = if value.is_null() { None } else { Some(JsonText::try_from(&value)?) };
                    self.fields.custom_fields.get_or_insert_default().0.insert(name.into(), value);
                    Ok(self)
                }
            }
        )+
    };
}

impl ContactUpdate {
    /// Adds these tags to those of the contact. Cannot be combined with [`ContactUpdate::tags`]. Extension.
    #[must_use]
    pub fn add_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.add_tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Removes these tags from those of the contact. Cannot be combined with [`ContactUpdate::tags`]. Extension.
    #[must_use]
    pub fn remove_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.remove_tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }
}

impl_builder! {
    ContactCreate, "Sets the tags, which are merged with those of an existing contact.";
    ContactUpdate, "Replaces all tags of the contact with these.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Patch::Clear;

    #[test]
    fn only_the_given_keys_are_serialized() -> Result<(), JsonTextError> {
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
    fn a_value_that_cannot_be_stored_is_refused() {
        let refused = ContactUpdate::new().custom_field("Plan", "a\0b").unwrap_err();
        assert_eq!(refused, JsonTextError::NulCharacter);
    }
}
