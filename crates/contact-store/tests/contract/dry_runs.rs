//! Dry runs: the store executes a write, returns its result and rolls it back.

use std::sync::Arc;

use contact_model::custom_field::NewCustomField;
use contact_model::{Access, AgentUpdate, ApiKey, CustomFieldType, NewAgent, RequestBody as _, Timestamp};
use contact_store::company::{
    CreateAgent, CreateApiKey, CreateCustomField, DeleteAgent, DeleteCustomField, FindApiKey,
    RenameCustomField, RevokeApiKey, UpdateAgent,
};
use contact_store::{Action, AtomicError, ContactWrite, StoreError, TagChange, WriteOperation, Written};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{ALL, Fixture, set_agent, thread, unknown_id, update, upsert};
use crate::inserts::item;
use crate::schema::Rows;

on_both_databases!(
    every_write_returns_its_result_and_changes_nothing,
    single_write_changes_nothing,
    each_write_sees_the_earlier_ones,
    atomic_set_changes_nothing,
    concurrent_real_writes_are_kept,
    other_operations_change_nothing,
);

/// Returns the results of writes without times and new IDs.
fn plain(results: &[Result<Written, StoreError>]) -> Vec<String> {
    let plain = |result: &Result<Written, StoreError>| match result {
        Ok(written) => {
            let contact = written.contact.as_ref().unwrap();
            format!("{:?} {:?} {:?} {:?}", written.action, contact.name, contact.tags, written.ignored)
        }
        Err(error) => error.to_string(),
    };
    results.iter().map(plain).collect()
}

async fn every_write_returns_its_result_and_changes_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Plan", CustomFieldType::Any).await;
    let agent = fixture.agent(company, "Front desk").await.id;
    let full = json!({
        "full_name": "jane doe", "email": "jane@example.com", "tags": ["vip"], "custom_fields": { "Plan": "gold" },
    });
    let (jane, deleted) = (fixture.create(company, full).await, fixture.create(company, json!({})).await);
    fixture.write(vec![thread(company, jane, agent, "2024-01-01T00:00:00Z")]).await;
    let of = |operation| ContactWrite::new(company, operation, ALL);
    fixture.write(vec![of(WriteOperation::Delete(deleted))]).await;

    let writes = || {
        vec![
            update(
                company,
                jane,
                json!({ "full_name": "Roe", "tags": ["new"], "custom_fields": { "Plan": null } }),
            ),
            upsert(
                company,
                json!({ "email": "other@example.com", "tags": ["new"], "custom_fields": { "No": 1 } }),
            ),
            upsert(company, json!({ "email": "OTHER@example.com", "full_name": "found" })),
            update(company, unknown_id(), json!({})),
            set_agent(company, jane, Some(agent)),
            thread(company, jane, agent, "2024-02-02T00:00:00Z"),
            of(WriteOperation::ChangeTags(jane, TagChange::Add(vec!["more".to_owned()]))),
            item(company, "insert", json!({ "name": "as given", "tags": ["given"] })),
            of(WriteOperation::Delete(jane)),
            of(WriteOperation::Erase(jane)),
            of(WriteOperation::Restore(deleted, Timestamp::from_micros(0).unwrap())),
        ]
    };
    let rows = Rows::open(&fixture.database).await;
    let before = rows.all_rows().await;
    let dry = fixture.store.dry_run().write(writes()).await;
    assert_eq!(rows.all_rows().await, before);
    assert_eq!(dry.iter().filter(|result| result.is_ok()).count(), 10, "{dry:#?}");
    let real = fixture.store.write(writes()).await;
    assert_eq!(plain(&dry), plain(&real));
    assert_ne!(rows.all_rows().await, before, "the real writes change something");
}

/// On PostgreSQL a single update is one statement without a transaction, except in a dry run.
async fn single_write_changes_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "tags": ["vip"] })).await;
    let rows = Rows::open(&fixture.database).await;
    let before = rows.all_rows().await;
    let change = || update(company, contact, json!({ "notes": "dry run" }));
    let dry = fixture.store.dry_run().write_one(change()).await.unwrap();
    assert_eq!(
        (dry.action, dry.contact.as_ref().unwrap().notes.as_deref()),
        (Action::Updated, Some("dry run"))
    );
    assert_eq!(rows.all_rows().await, before);
    let real = fixture.store.write_one(change()).await.unwrap();
    assert_eq!(real.etag, dry.etag, "both runs return the same entity tag");
}

async fn each_write_sees_the_earlier_ones(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let rows = Rows::open(&fixture.database).await;
    let before = rows.all_rows().await;
    let mut writes: Vec<_> =
        (0..500).map(|n| upsert(company, json!({ "email": format!("{n}@b.c") }))).collect();
    writes
        .extend((0..500).map(|n| upsert(company, json!({ "email": format!("{n}@b.c"), "notes": "found" }))));
    let dry = fixture.store.dry_run().write(writes).await;
    let actions: Vec<_> = dry.iter().map(|result| result.as_ref().unwrap().action).collect();
    assert_eq!(actions, [vec![Action::Created; 500], vec![Action::Updated; 500]].concat());
    assert_eq!(rows.all_rows().await, before);
}

async fn atomic_set_changes_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({})).await;
    let rows = Rows::open(&fixture.database).await;
    let before = rows.all_rows().await;
    let good = || update(company, contact, json!({ "notes": "dry run" }));
    let dry_run = fixture.store.dry_run();
    let dry = dry_run.write_atomically(vec![good(), upsert(company, json!({}))], None, None).await.unwrap();
    assert_eq!((dry[0].action, dry[1].action), (Action::Updated, Action::Created));
    let refused = dry_run
        .write_atomically(vec![good(), update(company, unknown_id(), json!({})), good()], None, None)
        .await;
    assert!(matches!(refused, Err(AtomicError::Refused { index: 1, error: StoreError::ContactNotFound })));
    assert_eq!(rows.all_rows().await, before);
}

async fn concurrent_real_writes_are_kept(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({})).await;
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..60 {
        let store = if n % 2 == 0 { fixture.store.clone() } else { fixture.store.dry_run() };
        callers.spawn(async move {
            let tag = if n % 2 == 0 { format!("real {n}") } else { "dry run".to_owned() };
            let add = WriteOperation::ChangeTags(contact, TagChange::Add(vec![tag]));
            let written = store.write_one(ContactWrite::new(company, add, ALL)).await.unwrap();
            assert_eq!(written.action, Action::Updated, "the write saw a rolled back change");
        });
    }
    callers.join_all().await;
    let tags = fixture.read(company, contact).await["tags"].as_array().unwrap().clone();
    assert_eq!(tags.len(), 30, "{tags:?}");
    assert!(!tags.contains(&json!("dry run")), "{tags:?}");
}

async fn other_operations_change_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let field = fixture.field(company_id, "Plan", CustomFieldType::Any).await;
    let agent = fixture.agent(company_id, "Front desk").await;
    fixture.create(company_id, json!({ "custom_fields": { "Plan": 1 } })).await;
    let key = |name: &str| {
        let (key, name) = (ApiKey::from_random(rand::random()), Some(name.to_owned()));
        CreateApiKey { company_id, name, access: Access::Admin, expires_at: None, key }
    };
    let kept = fixture.store.run(key("real")).await.unwrap();
    let rows = Rows::open(&fixture.database).await;
    let before = rows.all_rows().await;

    let dry_run = fixture.store.dry_run();
    let new = NewAgent { name: "Night desk".to_owned(), active: true };
    assert_eq!(dry_run.run(CreateAgent { company_id, agent: new }).await.unwrap().name, "Night desk");
    let change = AgentUpdate::from_json(br#"{ "active": false }"#).unwrap().value;
    let changed = dry_run.run(UpdateAgent { company_id, id: agent.id, update: change }).await.unwrap();
    assert!(!changed.active);
    dry_run.run(DeleteAgent { company_id, id: agent.id }).await.unwrap();
    let new = NewCustomField { name: "Age".to_owned(), kind: CustomFieldType::Number, options: Vec::new() };
    assert_eq!(dry_run.run(CreateCustomField { company_id, field: new }).await.unwrap().name, "Age");
    let rename =
        RenameCustomField { company_id, id: field.id, name: "Tariff".to_owned(), origin: Arc::default() };
    assert_eq!(dry_run.run(rename).await.unwrap().name, "Tariff");
    dry_run.run(DeleteCustomField { company_id, id: field.id, origin: Arc::default() }).await.unwrap();
    let dry = key("dry run");
    let hash = dry.key.hash();
    assert_eq!(dry_run.run(dry).await.unwrap().listed.name.as_deref(), Some("dry run"));
    let revoke = RevokeApiKey { company_id: Some(company_id), id: kept.listed.id };
    assert!(dry_run.run(revoke).await.unwrap().listed.revoked_at.is_some());
    let refused = dry_run.run(DeleteAgent { company_id, id: unknown_id() }).await;
    assert!(matches!(refused, Err(StoreError::AgentNotFound)), "{refused:?}");

    assert_eq!(rows.all_rows().await, before);
    assert!(fixture.store.run(FindApiKey { hash }).await.unwrap().is_none(), "the key of a dry run works");
}
