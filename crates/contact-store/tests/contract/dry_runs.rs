//! Dry runs: the store does the write, returns the result and rolls it back.

use contact_model::custom_field::NewCustomField;
use contact_model::{Access, AgentUpdate, ApiKey, CustomFieldType, NewAgent, RequestBody as _, Timestamp};
use contact_store::company::{
    CreateAgent, CreateApiKey, CreateCustomField, DeleteAgent, DeleteCustomField, FindApiKey,
    RenameCustomField, RevokeApiKey, UpdateAgent,
};
use contact_store::{Action, AtomicError, ContactWrite, StoreError, TagChange, WriteOperation, Written};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::inserts::item;
use crate::schema::Rows;
use crate::world::{ALL, World, nobody, set_agent, thread, update, upsert};

on_both_databases!(
    every_write_is_answered_as_if_and_leaves_no_trace,
    one_write_alone_leaves_no_trace,
    each_of_many_sees_the_ones_before_it,
    all_or_none_are_tried_too,
    what_is_written_beside_it_stays,
    other_operations_are_tried_too,
);

/// What a write answers, but for what counts on: the times and the new ids.
fn plain(answers: &[Result<Written, StoreError>]) -> Vec<String> {
    let plain = |answer: &Result<Written, StoreError>| match answer {
        Ok(written) => {
            let contact = written.contact.as_ref().unwrap();
            format!("{:?} {:?} {:?} {:?}", written.action, contact.name, contact.tags, written.ignored)
        }
        Err(error) => error.to_string(),
    };
    answers.iter().map(plain).collect()
}

async fn every_write_is_answered_as_if_and_leaves_no_trace(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.field(company, "Plan", CustomFieldType::Any).await;
    let agent = world.agent(company, "Front desk").await.id;
    let full = json!({
        "full_name": "jane doe", "email": "jane@example.com", "tags": ["vip"], "custom_fields": { "Plan": "gold" },
    });
    let (jane, gone) = (world.create(company, full).await, world.create(company, json!({})).await);
    world.write(vec![thread(company, jane, agent, "2024-01-01T00:00:00Z")]).await;
    let of = |operation| ContactWrite::new(company, operation, ALL);
    world.write(vec![of(WriteOperation::Delete(gone))]).await;

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
            update(company, nobody(), json!({})),
            set_agent(company, jane, Some(agent)),
            thread(company, jane, agent, "2024-02-02T00:00:00Z"),
            of(WriteOperation::ChangeTags(jane, TagChange::Add(vec!["more".to_owned()]))),
            item(company, "insert", json!({ "name": "as given", "tags": ["given"] })),
            of(WriteOperation::Delete(jane)),
            of(WriteOperation::Erase(jane)),
            of(WriteOperation::Restore(gone, Timestamp::from_micros(0).unwrap())),
        ]
    };
    let rows = Rows::open(&world.database).await;
    let before = rows.everything().await;
    let tried = world.store.dry_run().write(writes()).await;
    assert_eq!(rows.everything().await, before);
    assert_eq!(tried.iter().filter(|answer| answer.is_ok()).count(), 10, "{tried:#?}");
    let done = world.store.write(writes()).await;
    assert_eq!(plain(&tried), plain(&done));
    assert_ne!(rows.everything().await, before, "the writes would have changed something");
}

/// On PostgreSQL an update alone is one statement without a transaction around it, unless it is tried out.
async fn one_write_alone_leaves_no_trace(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({ "tags": ["vip"] })).await;
    let rows = Rows::open(&world.database).await;
    let before = rows.everything().await;
    let change = || update(company, contact, json!({ "notes": "tried" }));
    let tried = world.store.dry_run().write_one(change()).await.unwrap();
    assert_eq!(
        (tried.action, tried.contact.as_ref().unwrap().notes.as_deref()),
        (Action::Updated, Some("tried"))
    );
    assert_eq!(rows.everything().await, before);
    let done = world.store.write_one(change()).await.unwrap();
    assert_eq!(done.tag, tried.tag, "it would have been the same state");
}

async fn each_of_many_sees_the_ones_before_it(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let rows = Rows::open(&world.database).await;
    let before = rows.everything().await;
    let mut writes: Vec<_> =
        (0..500).map(|n| upsert(company, json!({ "email": format!("{n}@b.c") }))).collect();
    writes
        .extend((0..500).map(|n| upsert(company, json!({ "email": format!("{n}@b.c"), "notes": "found" }))));
    let tried = world.store.dry_run().write(writes).await;
    let actions: Vec<_> = tried.iter().map(|answer| answer.as_ref().unwrap().action).collect();
    assert_eq!(actions, [vec![Action::Created; 500], vec![Action::Updated; 500]].concat());
    assert_eq!(rows.everything().await, before);
}

async fn all_or_none_are_tried_too(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({})).await;
    let rows = Rows::open(&world.database).await;
    let before = rows.everything().await;
    let good = || update(company, contact, json!({ "notes": "tried" }));
    let dry_run = world.store.dry_run();
    let tried = dry_run.write_atomically(vec![good(), upsert(company, json!({}))], None, None).await.unwrap();
    assert_eq!((tried[0].action, tried[1].action), (Action::Updated, Action::Created));
    let refused = dry_run
        .write_atomically(vec![good(), update(company, nobody(), json!({})), good()], None, None)
        .await;
    assert!(matches!(refused, Err(AtomicError::Refused { index: 1, error: StoreError::ContactNotFound })));
    assert_eq!(rows.everything().await, before);
}

async fn what_is_written_beside_it_stays(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let contact = world.create(company, json!({})).await;
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..60 {
        let store = if n % 2 == 0 { world.store.clone() } else { world.store.dry_run() };
        callers.spawn(async move {
            let tag = if n % 2 == 0 { format!("kept {n}") } else { "tried".to_owned() };
            let add = WriteOperation::ChangeTags(contact, TagChange::Add(vec![tag]));
            let written = store.write_one(ContactWrite::new(company, add, ALL)).await.unwrap();
            assert_eq!(written.action, Action::Updated, "it saw what was undone");
        });
    }
    callers.join_all().await;
    let tags = world.read(company, contact).await["tags"].as_array().unwrap().clone();
    assert_eq!(tags.len(), 30, "{tags:?}");
    assert!(!tags.contains(&json!("tried")), "{tags:?}");
}

async fn other_operations_are_tried_too(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    let field = world.field(company_id, "Plan", CustomFieldType::Any).await;
    let agent = world.agent(company_id, "Front desk").await;
    world.create(company_id, json!({ "custom_fields": { "Plan": 1 } })).await;
    let key = |name: &str| {
        let (key, name) = (ApiKey::from_random(rand::random()), Some(name.to_owned()));
        CreateApiKey { company_id, name, access: Access::Admin, expires_at: None, key }
    };
    let kept = world.store.run_one(key("kept")).await.unwrap();
    let rows = Rows::open(&world.database).await;
    let before = rows.everything().await;

    let dry_run = world.store.dry_run();
    let new = NewAgent { name: "Night desk".to_owned(), active: true };
    assert_eq!(dry_run.run_one(CreateAgent { company_id, agent: new }).await.unwrap().name, "Night desk");
    let change = AgentUpdate::from_json(br#"{ "active": false }"#).unwrap().value;
    let changed = dry_run.run_one(UpdateAgent { company_id, id: agent.id, update: change }).await.unwrap();
    assert!(!changed.active);
    dry_run.run_one(DeleteAgent { company_id, id: agent.id }).await.unwrap();
    let new = NewCustomField { name: "Age".to_owned(), kind: CustomFieldType::Number, options: Vec::new() };
    assert_eq!(dry_run.run_one(CreateCustomField { company_id, field: new }).await.unwrap().name, "Age");
    let rename = RenameCustomField { company_id, id: field.id, name: "Tariff".to_owned() };
    assert_eq!(dry_run.run_one(rename).await.unwrap().name, "Tariff");
    dry_run.run_one(DeleteCustomField { company_id, id: field.id }).await.unwrap();
    let tried = key("tried");
    let hash = tried.key.hash();
    assert_eq!(dry_run.run_one(tried).await.unwrap().name.as_deref(), Some("tried"));
    let revoke = RevokeApiKey { company_id: Some(company_id), id: kept.id };
    assert!(dry_run.run_one(revoke).await.unwrap().revoked_at.is_some());
    let refused = dry_run.run_one(DeleteAgent { company_id, id: nobody() }).await;
    assert!(matches!(refused, Err(StoreError::AgentNotFound)), "{refused:?}");

    assert_eq!(rows.everything().await, before);
    assert!(world.store.run_one(FindApiKey { hash }).await.unwrap().is_none(), "a key that was tried works");
}
