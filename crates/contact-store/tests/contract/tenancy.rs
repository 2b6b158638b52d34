//! A company can access only its own rows, whatever IDs it uses.

use std::sync::Arc;

use contact_model::{AgentUpdate, CustomFieldType, IdCursor};
use contact_store::company::{
    DeleteAgent, DeleteCustomField, ListAgents, ListAllApiKeys, ListCustomFields, RenameCustomField,
    UpdateAgent,
};
use contact_store::{Action, StoreError};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, invalid_fields, set_agent, thread, unknown_id, update, upsert};

on_both_databases!(
    contact_of_another_company_is_not_found_by_any_operation,
    each_company_has_its_own_contact_for_a_phone_and_email,
    agent_of_another_company_is_not_found,
    custom_field_of_another_company_is_not_found,
    companies_in_one_set_are_independent,
);

async fn contact_of_another_company_is_not_found_by_any_operation(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (own, foreign) = (fixture.company().await, fixture.company().await);
    let contact = fixture.create(foreign, json!({ "notes": "foreign" })).await;
    let before = fixture.read(foreign, contact).await;
    let agent = fixture.agent(own, "Front desk").await.id;
    for id in [contact, unknown_id()] {
        let results = fixture
            .store
            .write(vec![
                update(own, id, json!({ "notes": "stolen" })),
                set_agent(own, id, None),
                set_agent(own, id, Some(agent)),
                thread(own, id, agent, "2026-01-01T00:00:00Z"),
                update(unknown_id(), id, json!({ "notes": "stolen" })),
            ])
            .await;
        for result in &results {
            assert!(matches!(result, Err(StoreError::ContactNotFound)), "{result:?}");
        }
        assert!(fixture.find(own, id).await.is_none());
    }
    assert_eq!(fixture.read(foreign, contact).await, before);
}

async fn each_company_has_its_own_contact_for_a_phone_and_email(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (own, foreign) = (fixture.company().await, fixture.company().await);
    let body = json!({ "phone_number": "+14155552671", "email": "a@b.c" });
    let written = fixture.write(vec![upsert(own, body.clone()), upsert(foreign, body.clone())]).await;
    assert!(written.iter().all(|w| w.action == Action::Created));
    let again = fixture.write(vec![upsert(foreign, body.clone()), upsert(own, body)]).await;
    assert_eq!([again[1].id, again[0].id], [written[0].id, written[1].id]);
}

async fn agent_of_another_company_is_not_found(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (own, foreign) = (fixture.company().await, fixture.company().await);
    let contact = fixture.create(own, json!({})).await;
    let agent = fixture.agent(foreign, "Stranger").await;
    let stranger = agent.id;
    let results = fixture
        .store
        .write(vec![
            set_agent(own, contact, Some(stranger)),
            thread(own, contact, stranger, "2026-01-01T00:00:00Z"),
            set_agent(own, contact, Some(unknown_id())),
        ])
        .await;
    for result in &results {
        assert_eq!(invalid_fields(result), ["/agent_id"]);
    }
    let stored = fixture.read(own, contact).await;
    assert_eq!((&stored["active_chat_agent"], &stored["recent_activity"]), (&json!(null), &json!([])));
    assert_eq!(stored["last_activity"], json!(null));
    let update = AgentUpdate { name: Some("Stolen".to_owned()), active: None };
    let update = UpdateAgent { company_id: own, id: stranger, update };
    assert!(matches!(fixture.store.run(update).await, Err(StoreError::AgentNotFound)));
    let delete = DeleteAgent { company_id: own, id: stranger };
    assert!(matches!(fixture.store.run(delete).await, Err(StoreError::AgentNotFound)));
    let list = |company_id, cursor| fixture.store.run(ListAgents { company_id, cursor, size: 9 });
    assert_eq!(list(own, None).await.unwrap().entries, []);
    assert_eq!(list(own, Some(IdCursor(unknown_id()))).await.unwrap().entries, [], "after any ID");
    assert_eq!(list(foreign, None).await.unwrap().entries, [agent]);
}

async fn custom_field_of_another_company_is_not_found(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let (own, foreign) = (fixture.company().await, fixture.company().await);
    let field = fixture.field(foreign, "Plan", CustomFieldType::Any).await;
    let written = fixture.write(vec![upsert(own, json!({ "custom_fields": { "Plan": 1 } }))]).await.remove(0);
    assert_eq!(written.ignored, ["custom_fields.Plan"]);
    let rename = RenameCustomField {
        company_id: own,
        id: field.id,
        name: "Stolen".to_owned(),
        origin: Arc::default(),
    };
    assert!(matches!(fixture.store.run(rename).await, Err(StoreError::CustomFieldNotFound)));
    let delete = DeleteCustomField { company_id: own, id: field.id, origin: Arc::default() };
    assert!(matches!(fixture.store.run(delete).await, Err(StoreError::CustomFieldNotFound)));
    assert_eq!(fixture.store.run(ListCustomFields { company_id: own }).await.unwrap(), []);
    assert_eq!(fixture.store.run(ListCustomFields { company_id: foreign }).await.unwrap(), [field]);
    assert_eq!(fixture.store.run(ListAllApiKeys { company_id: Some(own) }).await.unwrap(), []);
}

async fn companies_in_one_set_are_independent(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let companies = [fixture.company().await, fixture.company().await];
    // The same name with a different type in each company.
    fixture.field(companies[0], "Plan", CustomFieldType::Number).await;
    fixture.field(companies[1], "Plan", CustomFieldType::Text).await;
    fixture.set_country(companies[1], "DE").await;
    let body = |value| json!({ "phone_number": "030 901820", "custom_fields": { "Plan": value } });
    let results = fixture
        .store
        .write(vec![
            upsert(companies[0], body(json!(1))),
            upsert(companies[1], body(json!("gold"))),
            upsert(companies[0], body(json!("gold"))),
            upsert(companies[1], body(json!(1))),
        ])
        .await;
    let phones =
        [0, 1].map(|n| results[n].as_ref().unwrap().contact.as_ref().unwrap().phone.clone().unwrap());
    assert_eq!(phones, ["030 901820", "+4930901820"], "parsed by the country of each company");
    assert_eq!([invalid_fields(&results[2]), invalid_fields(&results[3])], [["/custom_fields/Plan"]; 2]);
}
