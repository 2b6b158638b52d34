//! Requests that manage a company's API keys, and what they are answered. Extension.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::body::{BodyError, ObjectReader, Read};
use crate::{Access, ApiKey, ApiKeyId, ApiKeyInfo, SentBody, Timestamp, limits};

/// An API key as its own company lists it, without the key itself. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "018bab2f-0000-7c31-9a55-66afa7c90d44",
    "name": "reporting",
    "hint": "ctk_5Gx2…",
    "access": "read",
    "created_at": "2023-11-07T05:31:56Z",
    "expires_at": null,
    "revoked_at": null
}))]
pub struct ListedApiKey {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: ApiKeyId,
    /// What it is for, in its owner's words.
    #[schema(required)]
    pub name: Option<String>,
    /// Its beginning, to tell it from others.
    pub hint: String,
    /// What it may do.
    pub access: Access,
    /// When it was made.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    /// When it stops working, if ever.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub expires_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub revoked_at: Option<Timestamp>,
}

impl From<ApiKeyInfo> for ListedApiKey {
    fn from(info: ApiKeyInfo) -> Self {
        let ApiKeyInfo { id, company_id: _, name, hint, access, created_at, expires_at, revoked_at } = info;
        Self { id, name, hint, access, created_at, expires_at, revoked_at }
    }
}

/// A page of the API keys of a company, in the order of their ids, so the oldest first. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyList {
    /// The keys, revoked and expired ones too.
    pub results: Vec<ListedApiKey>,
    /// The URL of the next page, null where there is none.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
}

/// An API key to be made. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "name": "reporting", "access": "read", "expires_at": "2030-01-31T00:00:00Z" }))]
pub struct NewApiKey {
    /// What it is for, not blank; null or left out for nothing in particular.
    #[schema(required = false, min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: Option<String>,
    /// What it may do.
    #[schema(required = false, default = "write")]
    pub access: Access,
    /// When it stops working; null or left out for never.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required = false)]
    pub expires_at: Option<Timestamp>,
}

impl NewApiKey {
    /// Reads the body of a request that makes a key.
    ///
    /// # Errors
    /// Not JSON, no object, or bad fields: all of them.
    pub fn from_json<'b>(body: impl Into<SentBody<'b>>) -> Result<Read<Self>, BodyError> {
        let mut object = ObjectReader::new(body)?;
        for key in ["name", "expires_at"] {
            object.leave_out_null(key);
        }
        let key = Self {
            name: object.optional_label("name", limits::LABEL),
            access: object.word("access").unwrap_or_default(),
            expires_at: object.timestamp("expires_at"),
        };
        object.finish(key)
    }
}

/// An API key that was just made, with the key itself. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreatedApiKey {
    /// What is listed of it from now on.
    #[serde(flatten)]
    pub listed: ListedApiKey,
    /// The key itself, shown this once: its hash alone is kept.
    #[serde(serialize_with = "reveal", deserialize_with = "parse")]
    #[schema(value_type = String, pattern = "^ctk_[0-9A-Za-z]{28}$")]
    pub key: ApiKey,
}

/// Here alone a key is written out: [`ApiKey`] itself does not let itself be serialized by mistake.
fn reveal<S: Serializer>(key: &ApiKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(key.reveal())
}

fn parse<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ApiKey, D::Error> {
    let text = String::deserialize(deserializer)?;
    ApiKey::parse(&text).ok_or_else(|| serde::de::Error::custom("this is no API key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode::{InvalidValue, NullNotAllowed, Required, WrongType};

    #[test]
    fn a_key_writes_and_never_expires_unless_it_is_said() {
        for body in ["{}", r#"{"name":null,"expires_at":null}"#, r#"{"name":"x","name":null}"#] {
            let key = NewApiKey::from_json(body.as_bytes()).unwrap();
            assert_eq!(
                key.value,
                NewApiKey { name: None, access: Access::Write, expires_at: None },
                "{body}"
            );
            assert!(key.ignored.is_empty());
        }
        let body = br#"{"name":"reporting","access":"read","expires_at":"2030-01-31T01:00:00+01:00"}"#;
        let key = NewApiKey::from_json(body).unwrap().value;
        assert_eq!((key.name.as_deref(), key.access), (Some("reporting"), Access::Read));
        assert_eq!(key.expires_at.unwrap().to_string(), "2030-01-31T00:00:00Z");
    }

    #[test]
    fn every_bad_field_is_named() {
        for (body, expected) in [
            (r#"{"name":" ","access":"root","expires_at":"noon"}"#, [Required, InvalidValue, InvalidValue]),
            (r#"{"name":7,"access":null,"expires_at":7}"#, [WrongType, NullNotAllowed, WrongType]),
        ] {
            let Err(BodyError::Fields(found)) = NewApiKey::from_json(body.as_bytes()) else { panic!() };
            assert_eq!(found.as_slice().iter().map(|v| v.code).collect::<Vec<_>>(), expected, "{body}");
        }
    }

    #[test]
    fn a_created_key_is_read_again_by_its_receiver() {
        let key = ApiKey::from_random(7);
        let listed = ListedApiKey {
            id: uuid::Uuid::from_u128(1).into(),
            name: None,
            hint: key.hint(),
            access: Access::Admin,
            created_at: "2026-01-31T12:00:00Z".parse().unwrap(),
            expires_at: None,
            revoked_at: None,
        };
        let created = CreatedApiKey { listed, key: key.clone() };
        let text = serde_json::to_string(&created).unwrap();
        assert_eq!(serde_json::from_str::<CreatedApiKey>(&text).unwrap(), created);
        assert!(!format!("{created:?}").contains(key.reveal()));
        let mistyped = text.replace(key.reveal(), "ctk_none");
        assert!(serde_json::from_str::<CreatedApiKey>(&mistyped).is_err());
    }
}
