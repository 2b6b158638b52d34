//! Companies and API keys.

use std::io;
use std::sync::{Arc, Mutex};

use contact_model::{Access, ApiKey, CompanyId, Timestamp};
use contact_store::StoreError;
use contact_store::company::{
    CreateApiKey, CreateCompany, CreateFirstCompany, FindApiKey, FirstCompany, KeyUse, ListAllApiKeys,
    ListCompanies, RecordKeyUses, RevokeApiKey, StoreFirstKey, UpdateCompany,
};
use contact_testing::{Backend, on_both_databases};

use crate::fixture::{Fixture, invalid_fields, unknown_id};

on_both_databases!(
    companies_are_created_changed_and_listed,
    concurrent_callers_create_one_first_company,
    no_company_is_created_if_its_key_cannot_be_stored,
    key_is_found_by_its_hash_until_it_is_revoked,
    latest_use_of_a_key_on_any_server_is_stored,
    a_refused_operation_does_not_affect_others,
    check_succeeds_with_an_available_database,
    closed_store_refuses_operations,
);

fn company(name: &str, country: &str) -> CreateCompany {
    CreateCompany { name: name.to_owned(), country: country.parse().unwrap() }
}

fn key(company_id: CompanyId, bits: u128) -> CreateApiKey {
    let key = ApiKey::from_random(bits);
    CreateApiKey { company_id, name: Some("a key".to_owned()), access: Access::Read, expires_at: None, key }
}

async fn companies_are_created_changed_and_listed(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let [a, b] = [
        fixture.store.run(company("Ä GmbH", "DE")).await.unwrap(),
        fixture.store.run(company("B Ltd", "GB")).await.unwrap(),
    ];
    assert_eq!(fixture.store.run(ListCompanies).await.unwrap(), [a.clone(), b.clone()], "the oldest first");
    let update = UpdateCompany { name: Some("A AG".to_owned()), ..UpdateCompany::of(a.id) };
    let renamed = fixture.store.run(update).await.unwrap();
    assert_eq!(renamed, contact_model::Company { name: "A AG".to_owned(), ..a.clone() });
    let changed = fixture.set_country(a.id, "CH").await;
    assert_eq!(changed, contact_model::Company { country: "CH".parse().unwrap(), ..renamed });
    assert_eq!(fixture.store.run(ListCompanies).await.unwrap(), [changed, b]);

    let unknown = UpdateCompany { name: Some("x".to_owned()), ..UpdateCompany::of(unknown_id()) };
    assert!(matches!(fixture.store.run(unknown).await, Err(StoreError::CompanyNotFound)));
    let blank = UpdateCompany {
        name: Some(" ".to_owned()),
        country: Some("US".parse().unwrap()),
        ..UpdateCompany::of(a.id)
    };
    assert_eq!(invalid_fields(&fixture.store.run(blank).await), ["/name"]);
    assert_eq!(
        fixture.store.run(ListCompanies).await.unwrap()[0].country.to_string(),
        "CH",
        "the country is unchanged"
    );
}

async fn concurrent_callers_create_one_first_company(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let stores = [
        fixture.store.clone(),
        fixture.another_store().await,
        fixture.another_store().await,
        fixture.another_store().await,
    ];
    let kept = Arc::new(Mutex::new(Vec::new()));
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..16 {
        let store = stores[caller % 4].clone();
        let kept = Arc::clone(&kept);
        let first = CreateFirstCompany {
            company: company("My company", "US"),
            key: key(unknown_id(), caller as u128),
            store_key: Arc::new(move |key| {
                kept.lock().unwrap().push(key.hash());
                Ok(())
            }),
        };
        callers.spawn(async move { (caller, store.run(first).await.unwrap()) });
    }
    let creators: Vec<usize> = callers
        .join_all()
        .await
        .into_iter()
        .filter(|(_, first)| matches!(first, FirstCompany::Created(_)))
        .map(|(caller, _)| caller)
        .collect();
    let [creator] = creators[..] else { panic!("not exactly one creator: {creators:?}") };
    let companies = fixture.store.run(ListCompanies).await.unwrap();
    let keys = fixture.store.run(ListAllApiKeys { company_id: None }).await.unwrap();
    assert_eq!((companies.len(), keys.len()), (1, 1));
    assert_eq!(keys[0].company_id, companies[0].id);
    let hash = ApiKey::from_random(creator as u128).hash();
    assert_eq!(*kept.lock().unwrap(), [hash], "only the key of the creator is stored");
    assert!(fixture.store.run(FindApiKey { hash }).await.unwrap().is_some(), "the key of the creator works");
    for store in &stores[1..] {
        store.close().await;
    }
}

async fn key_is_found_by_its_hash_until_it_is_revoked(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let expires_at: Timestamp = "2030-01-01T00:00:00.000001Z".parse().unwrap();
    let new = CreateApiKey { expires_at: Some(expires_at), ..key(company_id, 7) };
    let info = fixture.store.run(new.clone()).await.unwrap();
    let find = |bits| fixture.store.run(FindApiKey { hash: ApiKey::from_random(bits).hash() });
    let found = find(7).await.unwrap().unwrap();
    assert_eq!((found.key_id, found.company_id), (info.listed.id, company_id));
    assert_eq!((found.access, found.expires_at), (Access::Read, Some(expires_at)));
    assert_eq!(find(8).await.unwrap(), None);

    let revoke = |company_id, id| fixture.store.run(RevokeApiKey { company_id, id });
    let stranger = fixture.company().await;
    assert!(matches!(revoke(Some(stranger), info.listed.id).await, Err(StoreError::ApiKeyNotFound)));
    assert!(find(7).await.unwrap().is_some(), "another company cannot revoke the key");
    let revoked = revoke(Some(company_id), info.listed.id).await.unwrap();
    assert!(revoked.listed.revoked_at.is_some());
    assert_eq!(find(7).await.unwrap(), None);
    assert_eq!(revoke(None, info.listed.id).await.unwrap(), revoked, "revoking a key again changes nothing");
    assert_eq!(fixture.store.run(ListAllApiKeys { company_id: Some(company_id) }).await.unwrap(), [revoked]);
    assert!(matches!(revoke(None, unknown_id()).await, Err(StoreError::ApiKeyNotFound)));
    let orphan = fixture.store.run(key(unknown_id(), 9)).await;
    assert!(matches!(orphan, Err(StoreError::CompanyNotFound)));
}

async fn no_company_is_created_if_its_key_cannot_be_stored(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let first = |store_key: StoreFirstKey| CreateFirstCompany {
        company: company("My company", "US"),
        key: key(unknown_id(), 1),
        store_key,
    };
    let refused = fixture.store.run(first(Arc::new(|_| Err(io::Error::other("disk full"))))).await.unwrap();
    assert!(matches!(refused, FirstCompany::KeyNotStored(_)), "{refused:?}");
    assert_eq!(fixture.store.run(ListCompanies).await.unwrap(), []);
    let created = fixture.store.run(first(Arc::new(|_| Ok(())))).await.unwrap();
    assert!(matches!(created, FirstCompany::Created(_)), "{created:?}");
    let late = fixture.store.run(first(Arc::new(|_| panic!("it is not called")))).await.unwrap();
    assert!(matches!(late, FirstCompany::Exists), "{late:?}");
}

async fn latest_use_of_a_key_on_any_server_is_stored(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let used = fixture.store.run(key(company_id, 1)).await.unwrap();
    let unused = fixture.store.run(key(company_id, 2)).await.unwrap();
    assert_eq!(used.listed.last_used_at, None);
    let other = fixture.another_store().await;
    for (store, time) in [(&fixture.store, "12:01"), (&other, "12:03"), (&fixture.store, "12:02")] {
        let used_at: Timestamp = format!("2026-01-31T{time}:00Z").parse().unwrap();
        let uses = [used.listed.id, unknown_id()].map(|key_id| KeyUse { company_id, key_id, used_at });
        store.run(RecordKeyUses { uses: uses.into() }).await.unwrap();
    }
    let keys = fixture.store.run(ListAllApiKeys { company_id: Some(company_id) }).await.unwrap();
    let latest = Some("2026-01-31T12:03:00Z".parse().unwrap());
    assert_eq!(
        keys.iter().map(|key| (key.listed.id, key.listed.last_used_at)).collect::<Vec<_>>(),
        [(used.listed.id, latest), (unused.listed.id, None)]
    );
    other.close().await;
}

async fn a_refused_operation_does_not_affect_others(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let results = fixture.run_all([company("A", "US"), company("", "US"), company("C", "DE")]).await;
    assert_eq!(results[0].as_ref().unwrap().name, "A");
    assert_eq!(invalid_fields(&results[1]), ["/name"]);
    assert_eq!(results[2].as_ref().unwrap().name, "C");
    assert_eq!(
        fixture.store.run(ListCompanies).await.unwrap().len(),
        2,
        "the refused operation does not affect the others"
    );
}

async fn check_succeeds_with_an_available_database(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    fixture.store.check().await.unwrap();
}

async fn closed_store_refuses_operations(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    fixture.store.close().await;
    let late = fixture.store.write_one(crate::fixture::upsert(company_id, serde_json::json!({}))).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    let late = fixture.store.run(company("Late", "US")).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
}
