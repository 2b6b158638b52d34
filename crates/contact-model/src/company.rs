//! Companies and the keys that speak for them. Extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Access, ApiKeyId, CompanyId, Country, Timestamp};

/// A company: the tenant that owns contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Company {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// The country that its phone numbers are read by.
    #[schema(inline)]
    pub country: Country,
    /// When it was created.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
}

/// An API key as it is listed. The key itself is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyInfo {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: ApiKeyId,
    /// The company it speaks for.
    #[schema(value_type = uuid::Uuid)]
    pub company_id: CompanyId,
    /// What it is for, in its owner's words.
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
