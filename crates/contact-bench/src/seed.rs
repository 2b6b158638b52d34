//! The database of the benchmark: one company with an API key and many contacts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, ensure};
use contact_model::clock::{Clock, SystemClock};
use contact_model::{
    Access, ApiKey, CompanyId, ContactCreate, Country, Include, MatchPolicy, RequestBody as _, Timestamp,
};
use contact_store::company::{CreateApiKey, CreateCompany};
use contact_store::{ContactWrite, Store, StoreOptions, WriteOperation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The number of contacts that are written at a time.
const SET: u64 = 500;

/// The API key. It is not secret, because the database is temporary.
const KEY_BITS: u128 = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef;

/// The company of a seeded database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seeded {
    pub(crate) company_id: CompanyId,
    pub(crate) key: String,
}

/// Returns the id of a seeded contact, counted from 1. The load generator computes ids instead of reading a list.
pub(crate) fn contact_id(number: u64) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(number))
}

/// Creates the ids of seeded contacts in their order.
#[derive(Debug, Default)]
struct CountingClock(AtomicU64);

impl Clock for CountingClock {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn new_id(&self) -> Uuid {
        contact_id(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Fills an empty database.
pub(crate) async fn seed(database_url: &str, contacts: u64) -> Result<Seeded> {
    let options = StoreOptions::default();
    // The company and the key also get ids, but not from the counting clock.
    let store = Store::open(database_url, &options).await?;
    let company = CreateCompany { name: "Example Ltd".to_owned(), country: Country::US };
    let company_id = store.run(company).await?.id;
    let key = ApiKey::from_random(KEY_BITS);
    let create =
        CreateApiKey { company_id, name: None, access: Access::Write, expires_at: None, key: key.clone() };
    store.run(create).await?;
    store.close().await;

    let store = Store::open_with_clock(database_url, &options, Arc::new(CountingClock::default())).await?;
    for start in (1..=contacts).step_by(SET as usize) {
        let numbers = start..=contacts.min(start + SET - 1);
        let writes = numbers.clone().map(|number| write(company_id, number)).collect::<Result<Vec<_>>>()?;
        for (number, written) in numbers.zip(store.write(writes).await) {
            let id = written.with_context(|| format!("contact {number} was not written"))?.id;
            ensure!(id.0 == contact_id(number), "contact {number} has the id {id}");
        }
    }
    store.close().await;
    Ok(Seeded { company_id, key: key.reveal().to_owned() })
}

fn write(company_id: CompanyId, number: u64) -> Result<ContactWrite> {
    let body = format!(
        r#"{{"full_name":"jane doe","email":"jane.doe.{number}@example.com","phone_number":"+1415{number:07}",
            "business_name":"Example Ltd","notes":"Imported","tags":["customer","newsletter"],
            "lead_source":"import"}}"#
    );
    let create = ContactCreate::from_json(body.as_bytes())?;
    let operation = WriteOperation::Upsert(Box::new(create.value.into()), MatchPolicy::default());
    Ok(ContactWrite::new(company_id, operation, Include::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_counted() {
        assert_eq!(contact_id(1).to_string(), "01900000-0000-7000-8000-000000000001");
        assert_eq!(contact_id(100_000).to_string(), format!("01900000-0000-7000-8000-{:012x}", 100_000));
    }
}
