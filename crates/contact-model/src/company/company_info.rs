//! Companies and their API keys. Extension.

use serde::{Deserialize, Serialize};

use crate::{Access, ApiKeyId, CompanyId, Country, Timestamp};

/// A company: the tenant that owns contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// The company's id.
    pub id: CompanyId,
    /// The company's name.
    pub name: String,
    /// The country whose rules apply to phone numbers without a country code.
    pub country: Country,
    /// When the company was created.
    pub created_at: Timestamp,
}

/// An API key without the key itself, which is shown only once, when it is created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyInfo {
    /// The key's id.
    pub id: ApiKeyId,
    /// The company that the key belongs to.
    pub company_id: CompanyId,
    /// The purpose of the key, in the words of its owner.
    pub name: Option<String>,
    /// The beginning of the key, which distinguishes it from others.
    pub hint: String,
    /// What the key may do.
    pub access: Access,
    /// When the key was created.
    pub created_at: Timestamp,
    /// When the key expires, if ever.
    pub expires_at: Option<Timestamp>,
    /// When the key was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, cut to the minute; null if never. It appears about a minute after the use.
    pub last_used_at: Option<Timestamp>,
}
