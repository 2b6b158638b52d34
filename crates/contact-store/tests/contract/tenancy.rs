//! A company reaches its own rows alone, whatever ids it names.

use contact_model::{AgentUpdate, CustomFieldType};
use contact_store::company::{
    DeleteAgent, DeleteCustomField, ListAgents, ListAllApiKeys, ListCustomFields, RenameCustomField,
    UpdateAgent,
};
use contact_store::{Action, StoreError};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::world::{World, bad_fields, nobody, set_agent, thread, update, upsert};

on_both_databases!(
    another_companys_contact_is_not_found_whatever_is_done_to_it,
    one_phone_and_email_make_a_contact_in_each_company,
    another_companys_agent_is_no_agent,
    another_companys_custom_field_is_none,
    companies_share_a_set_and_nothing_else,
);

async fn another_companys_contact_is_not_found_whatever_is_done_to_it(backend: Backend) {
    let world = World::new(backend).await;
    let (ours, theirs) = (world.company().await, world.company().await);
    let contact = world.create(theirs, json!({ "notes": "theirs" })).await;
    let before = world.read(theirs, contact).await;
    let agent = world.agent(ours, "Front desk").await.id;
    for id in [contact, nobody()] {
        let answers = world
            .store
            .write(vec![
                update(ours, id, json!({ "notes": "stolen" })),
                set_agent(ours, id, None),
                set_agent(ours, id, Some(agent)),
                thread(ours, id, agent, "2026-01-01T00:00:00Z"),
                update(nobody(), id, json!({ "notes": "stolen" })),
            ])
            .await;
        for answer in &answers {
            assert!(matches!(answer, Err(StoreError::ContactNotFound)), "{answer:?}");
        }
        assert!(world.find(ours, id).await.is_none());
    }
    assert_eq!(world.read(theirs, contact).await, before);
}

async fn one_phone_and_email_make_a_contact_in_each_company(backend: Backend) {
    let world = World::new(backend).await;
    let (ours, theirs) = (world.company().await, world.company().await);
    let body = json!({ "phone_number": "+14155552671", "email": "a@b.c" });
    let written = world.write(vec![upsert(ours, body.clone()), upsert(theirs, body.clone())]).await;
    assert!(written.iter().all(|w| w.action == Action::Created));
    let again = world.write(vec![upsert(theirs, body.clone()), upsert(ours, body)]).await;
    assert_eq!([again[1].id, again[0].id], [written[0].id, written[1].id]);
}

async fn another_companys_agent_is_no_agent(backend: Backend) {
    let world = World::new(backend).await;
    let (ours, theirs) = (world.company().await, world.company().await);
    let contact = world.create(ours, json!({})).await;
    let agent = world.agent(theirs, "Stranger").await;
    let stranger = agent.id;
    let answers = world
        .store
        .write(vec![
            set_agent(ours, contact, Some(stranger)),
            thread(ours, contact, stranger, "2026-01-01T00:00:00Z"),
            set_agent(ours, contact, Some(nobody())),
        ])
        .await;
    for answer in &answers {
        assert_eq!(bad_fields(answer), ["/agent_id"]);
    }
    let stored = world.read(ours, contact).await;
    assert_eq!((&stored["active_chat_agent"], &stored["recent_activity"]), (&json!(null), &json!([])));
    assert_eq!(stored["last_activity"], json!(null));
    let update = AgentUpdate { name: Some("Stolen".to_owned()), active: None };
    let update = UpdateAgent { company_id: ours, id: stranger, update };
    assert!(matches!(world.store.run_one(update).await, Err(StoreError::AgentNotFound)));
    let delete = DeleteAgent { company_id: ours, id: stranger };
    assert!(matches!(world.store.run_one(delete).await, Err(StoreError::AgentNotFound)));
    let list = |company_id, after| world.store.run_one(ListAgents { company_id, after, size: 9 });
    assert_eq!(list(ours, None).await.unwrap().entries, []);
    assert_eq!(list(ours, Some(nobody())).await.unwrap().entries, [], "behind whatever id");
    assert_eq!(list(theirs, None).await.unwrap().entries, [agent]);
}

async fn another_companys_custom_field_is_none(backend: Backend) {
    let world = World::new(backend).await;
    let (ours, theirs) = (world.company().await, world.company().await);
    let field = world.field(theirs, "Plan", CustomFieldType::Any).await;
    let written = world.write(vec![upsert(ours, json!({ "custom_fields": { "Plan": 1 } }))]).await.remove(0);
    assert_eq!(written.ignored, ["custom_fields.Plan"]);
    let rename = RenameCustomField { company_id: ours, id: field.id, name: "Stolen".to_owned() };
    assert!(matches!(world.store.run_one(rename).await, Err(StoreError::CustomFieldNotFound)));
    let delete = DeleteCustomField { company_id: ours, id: field.id };
    assert!(matches!(world.store.run_one(delete).await, Err(StoreError::CustomFieldNotFound)));
    assert_eq!(world.store.run_one(ListCustomFields { company_id: ours }).await.unwrap(), []);
    assert_eq!(world.store.run_one(ListCustomFields { company_id: theirs }).await.unwrap(), [field]);
    assert_eq!(world.store.run_one(ListAllApiKeys { company_id: Some(ours) }).await.unwrap(), []);
}

async fn companies_share_a_set_and_nothing_else(backend: Backend) {
    let world = World::new(backend).await;
    let companies = [world.company().await, world.company().await];
    // The same name with another type in each.
    world.field(companies[0], "Plan", CustomFieldType::Number).await;
    world.field(companies[1], "Plan", CustomFieldType::Text).await;
    world.move_to(companies[1], "DE").await;
    let body = |value| json!({ "phone_number": "030 901820", "custom_fields": { "Plan": value } });
    let answers = world
        .store
        .write(vec![
            upsert(companies[0], body(json!(1))),
            upsert(companies[1], body(json!("gold"))),
            upsert(companies[0], body(json!("gold"))),
            upsert(companies[1], body(json!(1))),
        ])
        .await;
    let phones =
        [0, 1].map(|n| answers[n].as_ref().unwrap().contact.as_ref().unwrap().phone.clone().unwrap());
    assert_eq!(phones, ["030 901820", "+4930901820"], "each by its own country");
    assert_eq!([bad_fields(&answers[2]), bad_fields(&answers[3])], [["/custom_fields/Plan"]; 2]);
}
