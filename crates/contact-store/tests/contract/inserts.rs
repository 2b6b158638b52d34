//! Contacts stored as they are given, and what a create says of a new contact alone.

use contact_model::batch::{Batch, BatchItem, ItemOperation};
use contact_model::{CompanyId, ContactId, CustomFieldType, MatchPolicy, RequestBody as _};
use contact_store::{Action, ContactWrite, StoreError, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::world::{ALL, World, bad_fields, nobody, thread, update, upsert};

on_both_databases!(
    an_insert_is_read_back_as_it_was_given,
    what_an_insert_leaves_out_is_new_or_empty,
    an_inserted_contact_is_found_like_any_other,
    an_insert_matches_no_one,
    an_id_is_taken_once_in_a_company,
    many_inserts_of_one_id_make_one_contact,
    an_erased_contact_is_inserted_anew_in_the_same_set,
    an_insert_that_needs_a_contact_finds_none,
    what_is_said_of_a_new_contact_is_not_said_of_an_existing_one,
    bad_values_for_a_new_contact_are_named_where_they_stand,
);

/// A write as an item of a batch says it.
pub(crate) fn item(company_id: CompanyId, op: &str, mut body: Value) -> ContactWrite {
    body["op"] = json!(op);
    let body = json!({ "items": [body] }).to_string();
    let mut items = Batch::from_json(body.as_bytes()).unwrap().value.into_good_items().unwrap();
    let BatchItem { operation, if_match: if_version } = items.remove(0).value;
    let operation = match operation {
        ItemOperation::Upsert(upsert) => WriteOperation::Upsert(upsert, MatchPolicy::default()),
        ItemOperation::Update(id, update) => WriteOperation::Update(id, update),
        ItemOperation::Delete(id) => WriteOperation::Delete(id),
        ItemOperation::Insert(insert) => WriteOperation::Insert(insert),
    };
    ContactWrite { if_version, ..ContactWrite::new(company_id, operation, ALL) }
}

fn insert(company: CompanyId, body: Value) -> ContactWrite {
    item(company, "insert", body)
}

/// Something in every key, none of it as a create would leave it.
fn everything() -> Value {
    json!({
        "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "name": " jane DOE", "first_name": "J", "last_name": "",
        "email": "Jane@Example.com", "phone": "(415) 555-2671", "business_name": "", "notes": "Called",
        "tags": ["b", "a", "b"], "lead_source": "facebook", "is_dnd": true,
        "profile_picture_url": "https://example.com/jane.png", "last_activity": "2020-01-02T00:00:00Z",
        "created_at": "2001-02-03T04:05:06.000789Z", "updated_at": "2019-01-01T00:00:00.500Z",
        "custom_fields": { "Plan": 1.50 },
    })
}

async fn an_insert_is_read_back_as_it_was_given(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.field(company, "Plan", CustomFieldType::Any).await;
    let written = world.write(vec![insert(company, everything())]).await.remove(0);
    assert_eq!(written.action, Action::Created);
    let mut expected = everything();
    assert_eq!(json!(written.contact), expected);
    expected["active_chat_agent"] = json!(null);
    expected["recent_activity"] = json!([]);
    assert_eq!(world.read(company, written.id).await, expected);
}

async fn what_an_insert_leaves_out_is_new_or_empty(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let written = world.write(vec![insert(company, json!({})), insert(company, json!({}))]).await;
    let [one, other] = [0, 1].map(|n| written[n].id);
    assert_ne!(one, other);
    let (inserted, created) = (one, world.create(company, json!({})).await);
    let [mut inserted, mut created] =
        [world.read(company, inserted).await, world.read(company, created).await];
    for contact in [&mut inserted, &mut created] {
        for key in ["id", "created_at", "updated_at"] {
            assert!(contact[key].take().is_string(), "{key}");
        }
    }
    assert_eq!(inserted, created, "as a create without keys makes it");
}

async fn an_inserted_contact_is_found_like_any_other(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let younger = world.create(company, json!({ "phone_number": "+14155552671" })).await;
    let written = world
        .write(vec![
            upsert(company, json!({ "phone_number": "+14155552671" })),
            insert(company, everything()),
            upsert(company, json!({ "phone_number": "415-555-2671" })),
            upsert(company, json!({ "email": "jane@example.COM" })),
        ])
        .await;
    let hit: Vec<_> = written.iter().map(|written| written.id).collect();
    let inserted = hit[1];
    assert_eq!(hit, [younger, inserted, inserted, inserted], "the oldest is found, in the set and later");
    let found = world.write(vec![upsert(company, json!({ "phone_number": "+14155552671" }))]).await;
    assert_eq!(found[0].id, inserted);
}

async fn an_insert_matches_no_one(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let there = world.create(company, json!({ "email": "jane@example.com", "notes": "mine" })).await;
    let before = world.read(company, there).await;
    let written = world.write(vec![insert(company, json!({ "email": "jane@example.com" }))]).await;
    assert_ne!(written[0].id, there);
    assert_eq!(world.read(company, there).await, before);
}

async fn an_id_is_taken_once_in_a_company(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let id: ContactId = world.write(vec![insert(company, everything())]).await[0].id;
    let before = world.read(company, id).await;
    let again = json!({ "id": id, "notes": "other" });
    let taken = |answer: &Result<_, StoreError>| {
        assert!(matches!(answer, Err(StoreError::ContactTaken { id: by }) if *by == id));
    };
    let new: ContactId = uuid::Uuid::from_u128(7).into();
    let answers = world
        .store
        .write(vec![
            insert(company, again.clone()),
            insert(company, json!({ "id": new, "notes": "first" })),
            insert(company, json!({ "id": new, "notes": "second" })),
        ])
        .await;
    taken(&answers[0]);
    assert!(answers[1].is_ok() && matches!(answers[2], Err(StoreError::ContactTaken { .. })));
    assert_eq!(world.read(company, id).await, before);
    assert_eq!(world.read(company, new).await["notes"], "first");
    world.write(vec![item(company, "delete", json!({ "id": id }))]).await;
    taken(&world.store.write(vec![insert(company, again.clone())]).await[0]);
    assert!(world.find(company, id).await.is_none(), "it stays deleted");
    let other = world.company().await;
    world.write(vec![insert(other, again)]).await;
    assert_eq!(world.read(other, id).await["notes"], "other", "another company's ids are its own");
}

async fn many_inserts_of_one_id_make_one_contact(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let stores = [world.store.clone(), world.another_store().await];
    let mut inserts = tokio::task::JoinSet::new();
    for n in 0_u32..40 {
        let store = stores[n as usize % 2].clone();
        let id: ContactId = uuid::Uuid::from_u128(u128::from(n / 4)).into();
        inserts.spawn(async move { store.write_one(insert(company, json!({ "id": id }))).await });
    }
    let answers = inserts.join_all().await;
    let taken = |answer: &&Result<_, _>| matches!(answer, Err(StoreError::ContactTaken { .. }));
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 10, "{answers:?}");
    assert_eq!(answers.iter().filter(taken).count(), 30, "{answers:?}");
}

async fn an_erased_contact_is_inserted_anew_in_the_same_set(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.field(company, "Plan", CustomFieldType::Any).await;
    let agent = world.agent(company, "Front desk").await;
    let id = world.write(vec![insert(company, everything())]).await[0].id;
    world.write(vec![thread(company, id, agent.id, "2024-01-01T00:00:00Z")]).await;
    let erase = ContactWrite::new(company, WriteOperation::Erase(id), ALL);
    let mut anew = everything();
    anew["created_at"] = json!("1999-01-01T00:00:00Z");
    anew["custom_fields"] = json!({});
    world
        .write(vec![
            update(company, id, json!({ "notes": "lost" })),
            erase,
            insert(company, anew.clone()),
            update(company, id, json!({ "is_dnd": true })),
        ])
        .await;
    anew["active_chat_agent"] = json!(null);
    anew["recent_activity"] = json!([]);
    assert_eq!(world.read(company, id).await, anew, "nothing of the first is left");
}

async fn an_insert_that_needs_a_contact_finds_none(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let taken = world.create(company, json!({})).await;
    let guarded = |id: ContactId| insert(company, json!({ "id": id, "if_match": "*" }));
    let answers = world.store.write(vec![guarded(nobody()), guarded(taken)]).await;
    assert!(matches!(answers[0], Err(StoreError::PreconditionFailed)), "{answers:#?}");
    assert!(matches!(answers[1], Err(StoreError::ContactTaken { id }) if id == taken), "{answers:#?}");
    assert!(world.find(company, nobody()).await.is_none());
}

async fn what_is_said_of_a_new_contact_is_not_said_of_an_existing_one(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.field(company, "Plan", CustomFieldType::Any).await;
    world.field(company, "Source", CustomFieldType::Any).await;
    let body = json!({
        "phone_number": "+14155552671", "notes": "own", "custom_fields": { "Plan": "own" },
        "on_create": {
            "full_name": "jane doe", "notes": "other", "tags": ["new"], "lead_source": "import",
            "custom_fields": { "Plan": "other", "Source": "form", "None": 1 },
        },
    });
    let written = world.write(vec![item(company, "upsert", body.clone())]).await.remove(0);
    assert_eq!(
        (written.action, written.ignored),
        (Action::Created, vec!["on_create.custom_fields.None".into()])
    );
    let id = written.id;
    let created = world.read(company, id).await;
    assert_eq!((&created["name"], &created["notes"]), (&json!("Jane Doe"), &json!("own")));
    assert_eq!((&created["tags"], &created["lead_source"]), (&json!(["new"]), &json!("import")));
    assert_eq!(created["custom_fields"], json!({ "Plan": "own", "Source": "form" }));
    world.write(vec![update(company, id, json!({ "full_name": "Changed", "tags": [] }))]).await;
    let before = world.read(company, id).await;
    let written = world.write(vec![item(company, "upsert", body)]).await.remove(0);
    assert_eq!((written.action, written.id), (Action::Unchanged, id));
    assert_eq!(written.ignored, Vec::<String>::new());
    assert_eq!(world.read(company, id).await, before);
}

async fn bad_values_for_a_new_contact_are_named_where_they_stand(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.field(company, "Age", CustomFieldType::Number).await;
    let there = world.create(company, json!({ "email": "jane@example.com" })).await;
    let on_create = json!({ "custom_fields": { "Age": "old" } });
    let known = json!({ "email": "jane@example.com", "on_create": on_create.clone() });
    let answers = world
        .store
        .write(vec![
            item(company, "upsert", json!({ "on_create": on_create })),
            item(company, "upsert", known),
            item(nobody(), "insert", json!({})),
        ])
        .await;
    assert_eq!(bad_fields(&answers[0]), ["/on_create/custom_fields/Age"]);
    assert_eq!(answers[1].as_ref().unwrap().id, there);
    assert!(matches!(answers[2], Err(StoreError::CompanyNotFound)));
}
