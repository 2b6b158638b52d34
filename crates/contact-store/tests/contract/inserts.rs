//! The operation `insert`, and `on_create` of an upsert.

use contact_model::batch::{Batch, BatchItem, ItemOperation};
use contact_model::{CompanyId, ContactId, CustomFieldType, MatchPolicy, RequestBody as _};
use contact_store::{Action, ContactWrite, StoreError, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{ALL, Fixture, invalid_fields, thread, unknown_id, update, upsert};

on_both_databases!(
    inserted_contact_is_returned_as_it_was_sent,
    missing_keys_of_an_insert_have_defaults,
    inserted_contact_is_matched_by_phone_and_email,
    insert_never_matches_a_contact,
    contact_id_is_unique_within_a_company,
    concurrent_inserts_of_one_id_create_one_contact,
    erased_contact_can_be_inserted_again_in_the_same_set,
    insert_with_a_precondition_is_refused,
    on_create_is_applied_only_to_a_new_contact,
    invalid_values_in_on_create_are_reported_with_their_pointer,
);

/// Returns the write of a batch item.
pub(crate) fn item(company_id: CompanyId, op: &str, mut body: Value) -> ContactWrite {
    body["op"] = json!(op);
    let body = json!({ "items": [body] }).to_string();
    let mut items = Batch::from_json(body.as_bytes()).unwrap().value.into_valid_items().unwrap();
    let BatchItem { operation, if_match: precondition } = items.remove(0).value;
    let operation = match operation {
        ItemOperation::Upsert(upsert) => WriteOperation::Upsert(upsert, MatchPolicy::default()),
        ItemOperation::Update { id, update } => WriteOperation::Update(id, update),
        ItemOperation::Delete { id } => WriteOperation::Delete(id),
        ItemOperation::Insert(insert) => WriteOperation::Insert(insert),
    };
    ContactWrite { precondition, ..ContactWrite::new(company_id, operation, ALL) }
}

fn insert(company: CompanyId, body: Value) -> ContactWrite {
    item(company, "insert", body)
}

/// Returns a body with every key, whose values a create would normalise.
fn full_body() -> Value {
    json!({
        "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "name": " jane DOE", "first_name": "J", "last_name": "",
        "email": "Jane@Example.com", "phone": "(415) 555-2671", "business_name": "", "notes": "Called",
        "tags": ["b", "a", "b"], "lead_source": "facebook", "is_dnd": true,
        "profile_picture_url": "https://example.com/jane.png", "last_activity": "2020-01-02T00:00:00Z",
        "created_at": "2001-02-03T04:05:06.000789Z", "updated_at": "2019-01-01T00:00:00.500Z",
        "custom_fields": { "Plan": 1.50 },
    })
}

async fn inserted_contact_is_returned_as_it_was_sent(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Plan", CustomFieldType::Any).await;
    let written = fixture.write(vec![insert(company, full_body())]).await.remove(0);
    assert_eq!(written.action, Action::Created);
    let mut expected = full_body();
    assert_eq!(json!(written.contact), expected);
    expected["active_chat_agent"] = json!(null);
    expected["recent_activity"] = json!([]);
    assert_eq!(fixture.read(company, written.id).await, expected);
}

async fn missing_keys_of_an_insert_have_defaults(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let written = fixture.write(vec![insert(company, json!({})), insert(company, json!({}))]).await;
    let [one, other] = [0, 1].map(|n| written[n].id);
    assert_ne!(one, other);
    let (inserted, created) = (one, fixture.create(company, json!({})).await);
    let [mut inserted, mut created] =
        [fixture.read(company, inserted).await, fixture.read(company, created).await];
    for contact in [&mut inserted, &mut created] {
        for key in ["id", "created_at", "updated_at"] {
            assert!(contact[key].take().is_string(), "{key}");
        }
    }
    assert_eq!(inserted, created, "equals a contact of an empty create");
}

async fn inserted_contact_is_matched_by_phone_and_email(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let younger = fixture.create(company, json!({ "phone_number": "+14155552671" })).await;
    let written = fixture
        .write(vec![
            upsert(company, json!({ "phone_number": "+14155552671" })),
            insert(company, full_body()),
            upsert(company, json!({ "phone_number": "415-555-2671" })),
            upsert(company, json!({ "email": "jane@example.COM" })),
        ])
        .await;
    let matched: Vec<_> = written.iter().map(|written| written.id).collect();
    let inserted = matched[1];
    assert_eq!(matched, [younger, inserted, inserted, inserted], "the oldest contact matches");
    let found = fixture.write(vec![upsert(company, json!({ "phone_number": "+14155552671" }))]).await;
    assert_eq!(found[0].id, inserted);
}

async fn insert_never_matches_a_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let existing = fixture.create(company, json!({ "email": "jane@example.com", "notes": "mine" })).await;
    let before = fixture.read(company, existing).await;
    let written = fixture.write(vec![insert(company, json!({ "email": "jane@example.com" }))]).await;
    assert_ne!(written[0].id, existing);
    assert_eq!(fixture.read(company, existing).await, before);
}

async fn contact_id_is_unique_within_a_company(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let id: ContactId = fixture.write(vec![insert(company, full_body())]).await[0].id;
    let before = fixture.read(company, id).await;
    let again = json!({ "id": id, "notes": "other" });
    let assert_taken = |result: &Result<_, StoreError>| {
        assert!(matches!(result, Err(StoreError::ContactTaken { id: by }) if *by == id));
    };
    let new: ContactId = uuid::Uuid::from_u128(7).into();
    let results = fixture
        .store
        .write(vec![
            insert(company, again.clone()),
            insert(company, json!({ "id": new, "notes": "first" })),
            insert(company, json!({ "id": new, "notes": "second" })),
        ])
        .await;
    assert_taken(&results[0]);
    assert!(results[1].is_ok() && matches!(results[2], Err(StoreError::ContactTaken { .. })));
    assert_eq!(fixture.read(company, id).await, before);
    assert_eq!(fixture.read(company, new).await["notes"], "first");
    fixture.write(vec![item(company, "delete", json!({ "id": id }))]).await;
    assert_taken(&fixture.store.write(vec![insert(company, again.clone())]).await[0]);
    assert!(fixture.find(company, id).await.is_none(), "the contact stays deleted");
    let other = fixture.company().await;
    fixture.write(vec![insert(other, again)]).await;
    assert_eq!(fixture.read(other, id).await["notes"], "other", "each company has its own IDs");
}

async fn concurrent_inserts_of_one_id_create_one_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let stores = [fixture.store.clone(), fixture.another_store().await];
    let mut inserts = tokio::task::JoinSet::new();
    for n in 0_u32..40 {
        let store = stores[n as usize % 2].clone();
        let id: ContactId = uuid::Uuid::from_u128(u128::from(n / 4)).into();
        inserts.spawn(async move { store.write_one(insert(company, json!({ "id": id }))).await });
    }
    let results = inserts.join_all().await;
    let taken = |result: &&Result<_, _>| matches!(result, Err(StoreError::ContactTaken { .. }));
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 10, "{results:?}");
    assert_eq!(results.iter().filter(taken).count(), 30, "{results:?}");
}

async fn erased_contact_can_be_inserted_again_in_the_same_set(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Plan", CustomFieldType::Any).await;
    let agent = fixture.agent(company, "Front desk").await;
    let id = fixture.write(vec![insert(company, full_body())]).await[0].id;
    fixture.write(vec![thread(company, id, agent.id, "2024-01-01T00:00:00Z")]).await;
    let erase = ContactWrite::new(company, WriteOperation::Erase(id), ALL);
    let mut again = full_body();
    again["created_at"] = json!("1999-01-01T00:00:00Z");
    again["custom_fields"] = json!({});
    fixture
        .write(vec![
            update(company, id, json!({ "notes": "lost" })),
            erase,
            insert(company, again.clone()),
            update(company, id, json!({ "is_dnd": true })),
        ])
        .await;
    again["active_chat_agent"] = json!(null);
    again["recent_activity"] = json!([]);
    assert_eq!(fixture.read(company, id).await, again, "nothing of the first contact is left");
}

async fn insert_with_a_precondition_is_refused(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let taken = fixture.create(company, json!({})).await;
    let conditional = |id: ContactId| insert(company, json!({ "id": id, "if_match": "*" }));
    let results = fixture.store.write(vec![conditional(unknown_id()), conditional(taken)]).await;
    assert!(matches!(results[0], Err(StoreError::PreconditionFailed)), "{results:#?}");
    assert!(matches!(results[1], Err(StoreError::ContactTaken { id }) if id == taken), "{results:#?}");
    assert!(fixture.find(company, unknown_id()).await.is_none());
}

async fn on_create_is_applied_only_to_a_new_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Plan", CustomFieldType::Any).await;
    fixture.field(company, "Source", CustomFieldType::Any).await;
    let body = json!({
        "phone_number": "+14155552671", "notes": "own", "custom_fields": { "Plan": "own" },
        "on_create": {
            "full_name": "jane doe", "notes": "other", "tags": ["new"], "lead_source": "import",
            "custom_fields": { "Plan": "other", "Source": "form", "None": 1 },
        },
    });
    let written = fixture.write(vec![item(company, "upsert", body.clone())]).await.remove(0);
    assert_eq!(
        (written.action, written.ignored),
        (Action::Created, vec!["on_create.custom_fields.None".into()])
    );
    let id = written.id;
    let created = fixture.read(company, id).await;
    assert_eq!((&created["name"], &created["notes"]), (&json!("Jane Doe"), &json!("own")));
    assert_eq!((&created["tags"], &created["lead_source"]), (&json!(["new"]), &json!("import")));
    assert_eq!(created["custom_fields"], json!({ "Plan": "own", "Source": "form" }));
    fixture.write(vec![update(company, id, json!({ "full_name": "Changed", "tags": [] }))]).await;
    let before = fixture.read(company, id).await;
    let written = fixture.write(vec![item(company, "upsert", body)]).await.remove(0);
    assert_eq!((written.action, written.id), (Action::Unchanged, id));
    assert_eq!(written.ignored, Vec::<String>::new());
    assert_eq!(fixture.read(company, id).await, before);
}

async fn invalid_values_in_on_create_are_reported_with_their_pointer(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Age", CustomFieldType::Number).await;
    let existing = fixture.create(company, json!({ "email": "jane@example.com" })).await;
    let on_create = json!({ "custom_fields": { "Age": "old" } });
    let known = json!({ "email": "jane@example.com", "on_create": on_create.clone() });
    let results = fixture
        .store
        .write(vec![
            item(company, "upsert", json!({ "on_create": on_create })),
            item(company, "upsert", known),
            item(unknown_id(), "insert", json!({})),
        ])
        .await;
    assert_eq!(invalid_fields(&results[0]), ["/on_create/custom_fields/Age"]);
    assert_eq!(results[1].as_ref().unwrap().id, existing);
    assert!(matches!(results[2], Err(StoreError::CompanyNotFound)));
}
