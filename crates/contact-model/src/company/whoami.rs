//! The caller of the API: its API key, and the company that the key belongs to. Extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Access, ApiKeyId, CompanyId, Country, Timestamp};

/// The caller: its API key, and the company that the key belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "company": { "id": "018bab2f-0000-7c31-9a55-5d6044cc0d44", "name": "Example Ltd", "country": "GB" },
    "api_key": {
        "id": "018bab2f-0000-7c31-9a55-66afa7c90d44",
        "name": "reporting",
        "access": "read",
        "expires_at": null
    }
}))]
pub struct Whoami {
    /// The company whose contacts the key reads and writes.
    #[schema(inline)]
    pub company: WhoamiCompany,
    /// The API key of the request, without the key itself.
    #[schema(inline)]
    pub api_key: WhoamiApiKey,
}

/// The caller's company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhoamiCompany {
    /// The company's id.
    #[schema(value_type = uuid::Uuid)]
    pub id: CompanyId,
    /// The company's name.
    pub name: String,
    /// The country whose rules apply to phone numbers without a country code, as two letters (ISO 3166-1 alpha-2).
    #[schema(value_type = String, pattern = "^[A-Z]{2}$")]
    pub country: Country,
}

/// The caller's API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WhoamiApiKey {
    /// The id of the key, which an admin key can revoke it by.
    #[schema(value_type = uuid::Uuid)]
    pub id: ApiKeyId,
    /// The name of the key, if it has one.
    #[schema(required)]
    pub name: Option<String>,
    /// What the key may do.
    pub access: Access,
    /// When the key expires; null if it never does.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub expires_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_survives_a_round_trip_and_unknown_keys_are_ignored() {
        let whoami = Whoami {
            company: WhoamiCompany {
                id: uuid::Uuid::from_u128(1).into(),
                name: "Example Ltd".to_owned(),
                country: "GB".parse().unwrap(),
            },
            api_key: WhoamiApiKey {
                id: uuid::Uuid::from_u128(2).into(),
                name: None,
                access: Access::Read,
                expires_at: Some("2030-01-31T00:00:00Z".parse().unwrap()),
            },
        };
        let text = serde_json::to_string(&whoami).unwrap();
        assert_eq!(serde_json::from_str::<Whoami>(&text).unwrap(), whoami);
        let newer = text.replace(r#""country":"GB""#, r#""country":"GB","plan":"gold""#);
        assert_eq!(serde_json::from_str::<Whoami>(&newer).unwrap(), whoami);
    }
}
