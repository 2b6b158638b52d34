//! Companies and their API keys. Extension.

use serde::{Deserialize, Serialize};

use super::RateLimit;
use crate::{CompanyId, Country, ListedApiKey, Timestamp};

/// A company: the tenant that owns contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// The company's id.
    pub id: CompanyId,
    /// The company's name.
    pub name: String,
    /// The country whose rules apply to phone numbers without a country code.
    pub country: Country,
    /// The limit of read requests for each of its API keys.
    pub read_rate_limit: RateLimit,
    /// The limit of all other requests for each of its API keys.
    pub write_rate_limit: RateLimit,
    /// When the company was created.
    pub created_at: Timestamp,
}

/// An API key without the key itself, and its company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiKeyInfo {
    /// The company that the key belongs to.
    pub company_id: CompanyId,
    /// The key as its company lists it.
    #[serde(flatten)]
    pub listed: ListedApiKey,
}
