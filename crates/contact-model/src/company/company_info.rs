//! Companies and their API keys. Extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Access, ApiKeyId, CompanyId, Country, Timestamp};

/// A company: the tenant that owns contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Company {
    /// The company's id.
    #[schema(value_type = uuid::Uuid)]
    pub id: CompanyId,
    /// The company's name.
    pub name: String,
    /// The country whose rules apply to phone numbers without a country code.
    #[schema(inline)]
    pub country: Country,
    /// When the company was created.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
}

/// An API key without the key itself, which is shown only once, when it is created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyInfo {
    /// The key's id.
    #[schema(value_type = uuid::Uuid)]
    pub id: ApiKeyId,
    /// The company that the key belongs to.
    #[schema(value_type = uuid::Uuid)]
    pub company_id: CompanyId,
    /// The purpose of the key, in the words of its owner.
    pub name: Option<String>,
    /// The beginning of the key, which distinguishes it from others.
    pub hint: String,
    /// What the key may do.
    pub access: Access,
    /// When the key was created.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    /// When the key expires, if ever.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub expires_at: Option<Timestamp>,
    /// When the key was revoked, if it was.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, cut to the minute; null if never. It appears about a minute after the use.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub last_used_at: Option<Timestamp>,
}
