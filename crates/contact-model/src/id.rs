//! Identifiers. Each kind of id is a type of its own, so that a contact's id cannot be used as a company's.
//! New ids are UUIDs of version 7, which sort by creation time.

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::KnownFormat;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::schema;

/// The error for a text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is a UUID with hyphens, such as 018bab2f-5d60-7c31-9a55-8dd25736052a")]
pub struct InvalidId;

/// Reads a UUID in its standard form: with hyphens, in either case. Other forms, such as `urn:uuid:` or
/// braces, are refused, so that a resource has only one URL.
pub(crate) fn read(text: &str) -> Result<Uuid, InvalidId> {
    let uuid = Uuid::try_parse(text).map_err(|_| InvalidId)?;
    let mut buffer = Uuid::encode_buffer();
    let standard = uuid.hyphenated().encode_lower(&mut buffer);
    if standard.eq_ignore_ascii_case(text) { Ok(uuid) } else { Err(InvalidId) }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                schema::formatted(KnownFormat::Uuid).into()
            }
        }

        impl ToSchema for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                read(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(
    /// The id of a company: the tenant that owns contacts, keys, custom fields and agents.
    CompanyId
);
id!(
    /// The id of a contact.
    ContactId
);
id!(
    /// The id of an agent.
    AgentId
);
id!(
    /// The id of a thread between an agent and a contact.
    ThreadId
);
id!(
    /// The id of a custom field.
    CustomFieldId
);
id!(
    /// The id of an API key. It identifies the key in lists and for revocation, and cannot be used in its
    /// place.
    ApiKeyId
);
id!(
    /// The id of a webhook.
    WebhookId
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "018bab2f-5d60-7c31-9a55-8dd25736052a";

    #[test]
    fn id_has_hyphens_and_is_parsed_in_either_case() {
        let id: ContactId = ID.parse().unwrap();
        assert_eq!(ID.to_uppercase().parse(), Ok(id));
        for other in [
            ID.replace('-', ""),
            format!("{{{ID}}}"),
            format!("urn:uuid:{ID}"),
            format!("URN:UUID:{ID}"),
            format!(" {ID}"),
            format!("{ID}\n"),
            ID.replacen('-', "", 1),
            ID.replace('-', "_"),
            String::new(),
        ] {
            assert_eq!(other.parse::<ContactId>(), Err(InvalidId), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn an_id_survives_a_round_trip_and_other_forms_are_refused(id: u128) {
            let uuid = Uuid::from_u128(id);
            prop_assert_eq!(read(&uuid.to_string()), Ok(uuid));
            for other in [uuid.simple().to_string(), uuid.braced().to_string(), uuid.urn().to_string()] {
                prop_assert_eq!(read(&other), Err(InvalidId));
            }
        }
    }
}
