//! The schemas of request bodies describe what the server accepts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic fails the test")]

use std::collections::BTreeSet;

use contact_model::body::BodyError;
use contact_model::custom_field::NewCustomField;
use contact_model::{
    AgentUpdate, BatchAnswer, ContactCreate, ContactFields, ContactInsert, ContactState, ContactUpdate,
    ContactUpsert, Country, CustomFieldPatch, CustomFieldRename, LeadSource, NewAgent, NewApiKey, NewTags,
    NewThread, NewWebhook, Patch, RequestBody, TagRename, ViolationCode, WebhookReplay, WebhookResend,
    WebhookUpdate, limits,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;
use uuid::Uuid;

/// Returns true if a body with this value of a key has an invalid field at the pointer.
fn is_refused<B: RequestBody>(
    others: &Value,
    key: &str,
    value: Value,
    pointer: &str,
    code: ViolationCode,
) -> bool {
    let mut body = others.clone();
    body.as_object_mut().unwrap().insert(key.to_owned(), value);
    match B::from_json(body.to_string().as_bytes()) {
        Ok(_) => false,
        Err(BodyError::Fields { violations, .. }) => {
            violations.as_slice().iter().any(|v| v.pointer == pointer && v.code == code)
        }
        Err(error) => panic!("{error}"),
    }
}

fn properties<B: PartialSchema>() -> Map<String, Value> {
    let schema = serde_json::to_value(B::schema()).unwrap();
    schema["properties"].as_object().unwrap().clone()
}

/// Checks that the body accepts values up to the limits in its schema, and no others.
fn assert_limits<B: RequestBody + PartialSchema>(others: &Value) {
    use ViolationCode::{InvalidValue, Required, TooLong, TooMany};
    let length = |schema: &Value, limit| schema[limit].as_u64().map(|limit| usize::try_from(limit).unwrap());
    let text = |length| Value::from("x".repeat(length));
    for (key, schema) in properties::<B>() {
        let refuses =
            |value, at: &str, code| is_refused::<B>(others, &key, value, &format!("/{key}{at}"), code);
        if let Some(limit) = length(&schema, "maxLength") {
            assert!(!refuses(text(limit), "", TooLong), "{key} accepts {limit} characters");
            assert!(refuses(text(limit + 1), "", TooLong), "{key} accepts {limit} characters");
        } else if schema["type"] == "string" {
            assert!(!refuses(text(100_000), "", TooLong), "the schema of {key} has no limit");
        }
        if length(&schema, "minLength") == Some(1) {
            assert!(refuses(text(0), "", Required), "{key} is not empty");
        }
        if let Some(limit) = length(&schema, "maxItems") {
            let items = |count: usize| (0..count).map(|n| n.to_string()).collect::<Value>();
            assert!(!refuses(items(limit), "", TooMany), "{key} accepts {limit} items");
            assert!(refuses(items(limit + 1), "", TooMany), "{key} accepts {limit} items");
        }
        if let Some(limit) = length(&schema["items"], "maxLength") {
            assert!(!refuses(json!([text(limit)]), "/0", TooLong), "{key} accepts {limit} characters");
            assert!(refuses(json!([text(limit + 1)]), "/0", TooLong), "{key} accepts {limit} characters");
        }
        if let Some(minimum) = schema["minimum"].as_f64() {
            assert!(!refuses(json!(minimum), "", InvalidValue), "{key} accepts {minimum}");
            assert!(refuses(json!(minimum - 1.0), "", InvalidValue), "{key} accepts {minimum}");
        }
    }
}

#[test]
fn bodies_have_the_limits_of_their_schemas() {
    let none = json!({});
    assert_limits::<ContactCreate>(&none);
    assert_limits::<ContactUpdate>(&none);
    assert_limits::<ContactInsert>(&none);
    assert_limits::<NewTags>(&none);
    assert_limits::<TagRename>(&none);
    assert_limits::<NewCustomField>(&json!({ "type": "select" }));
    assert_limits::<CustomFieldRename>(&none);
    assert_limits::<NewAgent>(&none);
    assert_limits::<AgentUpdate>(&none);
    assert_limits::<NewThread>(&none);
    assert_limits::<NewApiKey>(&none);
    assert_limits::<NewWebhook>(&none);
    assert_limits::<WebhookUpdate>(&none);
    assert_limits::<WebhookReplay>(&none);
    assert_limits::<WebhookResend>(&none);
    let results = &properties::<BatchAnswer>()["results"];
    assert_eq!(results["maxItems"], json!(limits::BATCH_ITEMS));
}

/// Checks that the schema has exactly the keys of a body in which every field is set.
fn assert_keys<B: Serialize + PartialSchema>(complete: &B) {
    let sent = serde_json::to_value(complete).unwrap();
    let sent: BTreeSet<&String> = sent.as_object().unwrap().keys().collect();
    assert_eq!(properties::<B>().keys().collect::<BTreeSet<_>>(), sent);
}

/// Returns a value for each field. The literal names every field, so that a new one cannot be forgotten here.
fn every_field() -> ContactFields {
    let text = || Patch::Set("a".to_owned());
    ContactFields {
        full_name: Patch::Set("a b".to_owned()),
        first_name: text(),
        last_name: text(),
        email: text(),
        phone_number: text(),
        business_name: text(),
        notes: text(),
        tags: Some(vec!["a".to_owned()]),
        is_dnd: Some(true),
        lead_source: Some(LeadSource::Import),
        custom_fields: Some(CustomFieldPatch::default()),
    }
}

#[test]
fn every_field_is_applied_by_creates_and_updates() {
    let create = ContactCreate { fields: every_field() };
    let on_create = ContactUpsert { on_create: Some(create.clone()), ..ContactUpsert::default() };
    let [mut created, mut created_by_default, mut updated] = [(); 3].map(|()| ContactState::default());
    create.apply(&mut created, Country::US).unwrap();
    on_create.for_new().apply(&mut created_by_default, Country::US).unwrap();
    ContactUpdate::from(create).apply(&mut updated).unwrap();

    let values = |state: &ContactState| serde_json::to_value(state).unwrap().as_object().unwrap().clone();
    let before = values(&ContactState::default());
    for after in [created, created_by_default, updated] {
        let unchanged = values(&after).into_iter().filter(|(key, value)| before[key] == *value);
        assert_eq!(unchanged.map(|(key, _)| key).collect::<Vec<_>>(), Vec::<String>::new());
    }
}

#[test]
fn every_field_that_changes_a_searched_text_counts_as_one() {
    let fields = serde_json::to_value(every_field()).unwrap();
    for (key, value) in fields.as_object().unwrap() {
        let body = json!({ key: value });
        let update = ContactUpdate::from_json(&body.to_string()).unwrap().value;
        let mut contact = ContactState::default();
        update.apply(&mut contact).unwrap();
        let is_changed = contact.searched_texts() != ContactState::default().searched_texts();
        assert_eq!(update.fields.writes_searched_texts(), is_changed, "{key}");
    }
}

#[test]
fn schemas_have_the_keys_of_their_bodies() {
    let fields = every_field();
    assert_keys(&ContactCreate { fields: fields.clone() });
    let tags = || Some(Vec::new());
    assert_keys(&ContactUpdate { fields, add_tags: tags(), remove_tags: tags() });
    let time = || Some("2026-01-31T12:00:00Z".parse().unwrap());
    assert_keys(&ContactInsert {
        id: Some(Uuid::nil().into()),
        state: ContactState::default(),
        profile_picture_url: None,
        last_activity: time(),
        created_at: time(),
        updated_at: time(),
        custom_fields: Some(CustomFieldPatch::default()),
    });
}

#[test]
fn the_builders_set_every_field() {
    let create = ContactCreate::new()
        .full_name("a")
        .first_name("a")
        .last_name("a")
        .email("a")
        .phone_number("a")
        .business_name("a")
        .notes("a")
        .tags(["a"])
        .is_dnd(true)
        .lead_source(LeadSource::Api)
        .custom_field("A", 1)
        .unwrap();
    assert_keys(&create);
    assert_keys(&ContactUpdate::from(create).add_tags(["a"]).remove_tags(["b"]));
}
