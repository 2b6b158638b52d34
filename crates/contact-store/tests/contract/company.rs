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

use crate::world::{World, bad_fields, nobody};

on_both_databases!(
    companies_are_created_changed_and_listed,
    the_first_company_is_founded_once_however_many_ask,
    nothing_is_founded_if_the_key_cannot_be_kept,
    a_key_is_found_by_its_hash_until_it_is_revoked,
    of_several_servers_the_latest_use_of_a_key_counts,
    a_set_of_operations_answers_each,
    the_store_says_whether_the_database_answers,
    a_closed_store_refuses_what_comes_late,
);

fn company(name: &str, country: &str) -> CreateCompany {
    CreateCompany { name: name.to_owned(), country: country.parse().unwrap() }
}

fn key(company_id: CompanyId, bits: u128) -> CreateApiKey {
    let key = ApiKey::from_random(bits);
    CreateApiKey { company_id, name: Some("a key".to_owned()), access: Access::Read, expires_at: None, key }
}

async fn companies_are_created_changed_and_listed(backend: Backend) {
    let world = World::new(backend).await;
    let [a, b] = [
        world.store.run_one(company("Ä GmbH", "DE")).await.unwrap(),
        world.store.run_one(company("B Ltd", "GB")).await.unwrap(),
    ];
    assert_eq!(world.store.run_one(ListCompanies).await.unwrap(), [a.clone(), b.clone()], "the oldest first");
    let update = UpdateCompany { id: a.id, name: Some("A AG".to_owned()), country: None };
    let renamed = world.store.run_one(update).await.unwrap();
    assert_eq!(renamed, contact_model::Company { name: "A AG".to_owned(), ..a.clone() });
    let moved = world.move_to(a.id, "CH").await;
    assert_eq!(moved, contact_model::Company { country: "CH".parse().unwrap(), ..renamed });
    assert_eq!(world.store.run_one(ListCompanies).await.unwrap(), [moved, b]);

    let unknown = UpdateCompany { id: nobody(), name: Some("x".to_owned()), country: None };
    assert!(matches!(world.store.run_one(unknown).await, Err(StoreError::CompanyNotFound)));
    let blank = UpdateCompany { id: a.id, name: Some(" ".to_owned()), country: Some("US".parse().unwrap()) };
    assert_eq!(bad_fields(&world.store.run_one(blank).await), ["/name"]);
    assert_eq!(
        world.store.run_one(ListCompanies).await.unwrap()[0].country.to_string(),
        "CH",
        "nothing moved"
    );
}

async fn the_first_company_is_founded_once_however_many_ask(backend: Backend) {
    let world = World::new(backend).await;
    let stores = [
        world.store.clone(),
        world.another_store().await,
        world.another_store().await,
        world.another_store().await,
    ];
    let kept = Arc::new(Mutex::new(Vec::new()));
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..16 {
        let store = stores[caller % 4].clone();
        let kept = Arc::clone(&kept);
        let first = CreateFirstCompany {
            company: company("My company", "US"),
            key: key(nobody(), caller as u128),
            store_key: Arc::new(move |key| {
                kept.lock().unwrap().push(key.hash());
                Ok(())
            }),
        };
        callers.spawn(async move { (caller, store.run_one(first).await.unwrap()) });
    }
    let founders: Vec<usize> = callers
        .join_all()
        .await
        .into_iter()
        .filter(|(_, first)| matches!(first, FirstCompany::Created(_)))
        .map(|(caller, _)| caller)
        .collect();
    let [founder] = founders[..] else { panic!("not one founder: {founders:?}") };
    let companies = world.store.run_one(ListCompanies).await.unwrap();
    let keys = world.store.run_one(ListAllApiKeys { company_id: None }).await.unwrap();
    assert_eq!((companies.len(), keys.len()), (1, 1));
    assert_eq!(keys[0].company_id, companies[0].id);
    let hash = ApiKey::from_random(founder as u128).hash();
    assert_eq!(*kept.lock().unwrap(), [hash], "only the founder's key is kept");
    assert!(
        world.store.run_one(FindApiKey { hash }).await.unwrap().is_some(),
        "the founder's key is the one"
    );
    for store in &stores[1..] {
        store.close().await;
    }
}

async fn a_key_is_found_by_its_hash_until_it_is_revoked(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    let expires_at: Timestamp = "2030-01-01T00:00:00.000001Z".parse().unwrap();
    let new = CreateApiKey { expires_at: Some(expires_at), ..key(company_id, 7) };
    let info = world.store.run_one(new.clone()).await.unwrap();
    let find = |bits| world.store.run_one(FindApiKey { hash: ApiKey::from_random(bits).hash() });
    let found = find(7).await.unwrap().unwrap();
    assert_eq!((found.key_id, found.company_id), (info.id, company_id));
    assert_eq!((found.access, found.expires_at), (Access::Read, Some(expires_at)));
    assert_eq!(find(8).await.unwrap(), None);

    let revoke = |company_id, id| world.store.run_one(RevokeApiKey { company_id, id });
    let strangers = world.company().await;
    assert!(matches!(revoke(Some(strangers), info.id).await, Err(StoreError::ApiKeyNotFound)));
    assert!(find(7).await.unwrap().is_some(), "another company has no say");
    let revoked = revoke(Some(company_id), info.id).await.unwrap();
    assert!(revoked.revoked_at.is_some());
    assert_eq!(find(7).await.unwrap(), None);
    assert_eq!(revoke(None, info.id).await.unwrap(), revoked, "once and for all");
    assert_eq!(
        world.store.run_one(ListAllApiKeys { company_id: Some(company_id) }).await.unwrap(),
        [revoked]
    );
    assert!(matches!(revoke(None, nobody()).await, Err(StoreError::ApiKeyNotFound)));
    let orphan = world.store.run_one(key(nobody(), 9)).await;
    assert!(matches!(orphan, Err(StoreError::CompanyNotFound)));
}

async fn nothing_is_founded_if_the_key_cannot_be_kept(backend: Backend) {
    let world = World::new(backend).await;
    let first = |store_key: StoreFirstKey| CreateFirstCompany {
        company: company("My company", "US"),
        key: key(nobody(), 1),
        store_key,
    };
    let refused = world.store.run_one(first(Arc::new(|_| Err(io::Error::other("no place"))))).await.unwrap();
    assert!(matches!(refused, FirstCompany::KeyNotStored(_)), "{refused:?}");
    assert_eq!(world.store.run_one(ListCompanies).await.unwrap(), []);
    let founded = world.store.run_one(first(Arc::new(|_| Ok(())))).await.unwrap();
    assert!(matches!(founded, FirstCompany::Created(_)), "{founded:?}");
    let late = world.store.run_one(first(Arc::new(|_| panic!("it is not called")))).await.unwrap();
    assert!(matches!(late, FirstCompany::Exists), "{late:?}");
}

async fn of_several_servers_the_latest_use_of_a_key_counts(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    let used = world.store.run_one(key(company_id, 1)).await.unwrap();
    let unused = world.store.run_one(key(company_id, 2)).await.unwrap();
    assert_eq!(used.last_used_at, None);
    let other = world.another_store().await;
    for (store, time) in [(&world.store, "12:01"), (&other, "12:03"), (&world.store, "12:02")] {
        let used_at: Timestamp = format!("2026-01-31T{time}:00Z").parse().unwrap();
        let uses = [used.id, nobody()].map(|key_id| KeyUse { company_id, key_id, used_at });
        store.run_one(RecordKeyUses { uses: uses.into() }).await.unwrap();
    }
    let keys = world.store.run_one(ListAllApiKeys { company_id: Some(company_id) }).await.unwrap();
    let latest = Some("2026-01-31T12:03:00Z".parse().unwrap());
    assert_eq!(
        keys.iter().map(|key| (key.id, key.last_used_at)).collect::<Vec<_>>(),
        [(used.id, latest), (unused.id, None)]
    );
    other.close().await;
}

async fn a_set_of_operations_answers_each(backend: Backend) {
    let world = World::new(backend).await;
    let answers = world.store.run(vec![company("A", "US"), company("", "US"), company("C", "DE")]).await;
    assert_eq!(answers[0].as_ref().unwrap().name, "A");
    assert_eq!(bad_fields(&answers[1]), ["/name"]);
    assert_eq!(answers[2].as_ref().unwrap().name, "C");
    assert_eq!(
        world.store.run_one(ListCompanies).await.unwrap().len(),
        2,
        "the refused one touched no other"
    );
}

async fn the_store_says_whether_the_database_answers(backend: Backend) {
    let world = World::new(backend).await;
    world.store.check().await.unwrap();
}

async fn a_closed_store_refuses_what_comes_late(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    world.store.close().await;
    let late = world.store.write_one(crate::world::upsert(company_id, serde_json::json!({}))).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    let late = world.store.run_one(company("Late", "US")).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
}
