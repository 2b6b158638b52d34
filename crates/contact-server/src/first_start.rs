//! The first start on an empty database: a company and a key, once.

use contact_model::{Access, ApiKey, CompanyId, Country};
use contact_store::directory::{CreateApiKey, CreateCompany, FoundFirstCompany};
use contact_store::{ContactStore, Store, StoreError};

/// The name of the first company; `company update` gives it another.
const FIRST_COMPANY: &str = "My company";

/// Creates the first company and its key where there is none; gives the key where it did, which is
/// the only time that anyone sees it.
pub(crate) async fn found(store: &Store, country: Country) -> Result<Option<ApiKey>, StoreError> {
    let key = ApiKey::from_random(rand::random());
    let first = FoundFirstCompany {
        company: CreateCompany { name: FIRST_COMPANY.to_owned(), country },
        key: CreateApiKey {
            company_id: CompanyId(uuid::Uuid::nil()),
            name: Some("first key".to_owned()),
            access: Access::Admin,
            expires_at: None,
            key: key.clone(),
        },
    };
    Ok(store.run_one(first).await?.then_some(key))
}
