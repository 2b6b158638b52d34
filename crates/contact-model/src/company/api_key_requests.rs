//! Requests that manage a company's API keys, and their responses. Extension.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::body::{ObjectReader, RequestBody};
use crate::{Access, ApiKey, ApiKeyId, Timestamp, limits};

/// An API key as its company lists it, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListedApiKey {
    /// The id of the key.
    #[schema(value_type = uuid::Uuid)]
    pub id: ApiKeyId,
    /// The purpose of the key, in the words of its owner.
    #[schema(required)]
    pub name: Option<String>,
    /// The beginning of the key, which distinguishes it from others.
    pub hint: String,
    /// What the key may do.
    pub access: Access,
    /// When the key was created.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    /// When the key expires, or null if it never does.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub expires_at: Option<Timestamp>,
    /// When the key was revoked, or null if it was not.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, cut to the minute; null if never. It appears about a minute after the use.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub last_used_at: Option<Timestamp>,
}

/// A page of a company's API keys, sorted by id, which puts the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "results": [{
        "id": "018bab2f-0000-7c31-9a55-66afa7c90d44",
        "name": "reporting",
        "hint": "ctk_5Gx2…",
        "access": "read",
        "created_at": "2023-11-07T05:31:56Z",
        "expires_at": null,
        "revoked_at": null,
        "last_used_at": "2023-11-08T17:04:00Z"
    }],
    "next": "/api-keys/?page_size=50&cursor=AAAAAAAAAAAAAAAAAAAAB2frZec",
    "next_cursor": "AAAAAAAAAAAAAAAAAAAAB2frZec"
}))]
pub struct ApiKeyList {
    /// The keys, including revoked and expired ones.
    pub results: Vec<ListedApiKey>,
    /// The URL of the next page, as a path or absolute, or null on the last page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
    /// The cursor of the next page, for the parameter `cursor`, or null on the last page.
    #[serde(default)]
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// An API key to create.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "name": "reporting", "access": "read", "expires_at": "2030-01-31T00:00:00Z" }))]
pub struct NewApiKey {
    /// The purpose of the key, not blank. The default is null, which means no name.
    #[schema(required = false, min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: Option<String>,
    /// What the key may do. The default is `write`.
    #[schema(required = false)]
    pub access: Access,
    /// When the key expires. The default is null, which means never.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required = false)]
    pub expires_at: Option<Timestamp>,
}

impl RequestBody for NewApiKey {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        for key in ["name", "expires_at"] {
            object.treat_null_as_absent(key);
        }
        Self {
            name: object.optional_non_blank_text("name", limits::DISPLAY_NAME),
            access: object.parsed("access").unwrap_or_default(),
            expires_at: object.timestamp("expires_at"),
        }
    }
}

/// An API key that was just created, with the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "018bab2f-0000-7c31-9a55-66afa7c90d44",
    "name": "reporting",
    "hint": "ctk_5Gx2…",
    "access": "read",
    "created_at": "2023-11-07T05:31:56Z",
    "expires_at": "2030-01-31T00:00:00Z",
    "revoked_at": null,
    "last_used_at": null,
    "key": "ctk_5Gx2mK8vQ1rT7nB4zL0wYc3hS9pD"
}))]
pub struct CreatedApiKey {
    /// The key as lists show it.
    #[serde(flatten)]
    pub listed: ListedApiKey,
    /// The key itself. It is returned only once, because only its hash is stored.
    #[serde(serialize_with = "reveal", deserialize_with = "parse")]
    #[schema(value_type = String, pattern = "^ctk_[0-9A-Za-z]{28}$")]
    pub key: ApiKey,
}

/// Serializes the key itself. [`ApiKey`] does not implement `Serialize`, so no other code can do so by
/// mistake.
fn reveal<S: Serializer>(key: &ApiKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(key.reveal())
}

fn parse<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ApiKey, D::Error> {
    let text = String::deserialize(deserializer)?;
    ApiKey::parse(&text).ok_or_else(|| serde::de::Error::custom("this is not an API key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode::{InvalidValue, NullNotAllowed, Required, WrongType};
    use crate::body::BodyError;

    #[test]
    fn a_key_can_write_and_never_expires_by_default() {
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
    fn every_invalid_field_is_reported() {
        for (body, expected) in [
            (r#"{"name":" ","access":"root","expires_at":"noon"}"#, [Required, InvalidValue, InvalidValue]),
            (r#"{"name":7,"access":null,"expires_at":7}"#, [WrongType, NullNotAllowed, WrongType]),
        ] {
            let Err(BodyError::Fields { violations: found, .. }) = NewApiKey::from_json(body.as_bytes())
            else {
                panic!()
            };
            assert_eq!(found.as_slice().iter().map(|v| v.code).collect::<Vec<_>>(), expected, "{body}");
        }
    }

    #[test]
    fn a_created_key_survives_a_round_trip() {
        let key = ApiKey::from_random(7);
        let listed = ListedApiKey {
            id: uuid::Uuid::from_u128(1).into(),
            name: None,
            hint: key.hint(),
            access: Access::Admin,
            created_at: "2026-01-31T12:00:00Z".parse().unwrap(),
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
        };
        let created = CreatedApiKey { listed, key: key.clone() };
        let text = serde_json::to_string(&created).unwrap();
        assert_eq!(serde_json::from_str::<CreatedApiKey>(&text).unwrap(), created);
        assert!(!format!("{created:?}").contains(key.reveal()));
        let mistyped = text.replace(key.reveal(), "ctk_none");
        assert!(serde_json::from_str::<CreatedApiKey>(&mistyped).is_err());
    }
}
