//! `Prefer: match=person`: people who share a phone number are different contacts.

use contact_model::ProblemType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad, path_of};

on_both_databases!(
    colleagues_with_one_landline_are_separate_contacts,
    batch_distinguishes_people_item_by_item,
    receipt_contains_the_field_that_matched,
    strict_handling_refuses_only_values_that_would_be_dropped,
    phone_decides_without_the_preference,
);

const PHONE: &str = "+493055501010";

fn colleague(name: &str) -> Value {
    let email = format!("{}@example.com", name.split(' ').next().unwrap_or_default());
    json!({ "phone_number": PHONE, "full_name": name, "email": email })
}

async fn post(fixture: &Fixture, prefer: &str, body: &Value) -> TestResponse {
    let request = fixture.company.request(Method::POST, "/contacts/").json(body);
    fixture.company.send(request.header("Prefer", prefer)).await
}

/// A contact for Anna, who has the landline.
async fn anna(backend: Backend) -> Fixture {
    Fixture::with(backend, colleague("Anna Example")).await
}

async fn colleagues_with_one_landline_are_separate_contacts(backend: Backend) {
    let fixture = anna(backend).await;
    let before = fixture.read().await;
    for name in ["Bert Example", "Cara Example"] {
        let created = post(&fixture, "match=person", &colleague(name)).await;
        assert_eq!((created.status, created.header("preference-applied")), (201, "match=person"));
        let again = post(&fixture, "match=person", &colleague(name)).await;
        assert_eq!((again.status, again.header("location")), (200, created.header("location")));
        let shortened = json!({ "phone_number": PHONE, "full_name": format!("{}. Example", &name[..1]) });
        let found = post(&fixture, "match=person", &shortened).await;
        assert_eq!((found.status, found.header("location")), (200, created.header("location")));
    }
    assert_eq!(fixture.read().await, before);
}

async fn batch_distinguishes_people_item_by_item(backend: Backend) {
    let fixture = anna(backend).await;
    let item = |name: &str| {
        let mut item = colleague(name);
        item["op"] = json!("upsert");
        item
    };
    let items = ["Bert Example", "Anna Example", "Cara Example", "Bert Example"].map(item);
    for atomic in ["", "?atomic=true"] {
        let request = fixture.company.request(Method::POST, &format!("/contacts/batch/{atomic}"));
        let request = request.header("Prefer", "match=person").json(&json!({ "items": items }));
        let response = fixture.company.send(request).await;
        assert_eq!((response.status, response.header("preference-applied")), (200, "match=person"));
        let results = response.json()["results"].clone();
        let statuses: Vec<_> = (0..4).map(|n| results[n]["status"].as_u64().unwrap()).collect();
        let expected = if atomic.is_empty() { [201, 200, 201, 200] } else { [200; 4] };
        assert_eq!(statuses, expected);
        assert_eq!(results[1]["id"], json!(fixture.id));
        assert_eq!(results[3]["id"], results[0]["id"]);
        assert_ne!(results[2]["id"], results[0]["id"]);
    }
}

async fn receipt_contains_the_field_that_matched(backend: Backend) {
    let fixture = anna(backend).await;
    let matched_by = async |body: &Value| {
        let response = post(&fixture, "match=person, return=receipt", body).await;
        response.json()["receipt"]["matched_by"].clone()
    };
    assert_eq!(matched_by(&colleague("Bert Example")).await, json!(null));
    assert_eq!(matched_by(&colleague("Bert Example")).await, "phone");
    let new_phone = json!({ "phone_number": "+493055501099", "email": "bert@example.com" });
    assert_eq!(matched_by(&new_phone).await, "email");
}

async fn strict_handling_refuses_only_values_that_would_be_dropped(backend: Backend) {
    let fixture = anna(backend).await;
    let other = fixture.company.create(json!({ "email": "office@example.com" })).await;
    let strict = "match=person, handling=strict";
    let created = post(&fixture, strict, &colleague("Bert Example")).await;
    assert_eq!((created.status, created.header("preference-applied")), (201, strict));
    let both = json!({ "phone_number": PHONE, "full_name": "Anna Example", "email": "office@example.com" });
    let refused = post(&fixture, strict, &both).await;
    let named = refused.invalid_fields(ProblemType::ContactsCollide);
    assert_eq!(named, bad(&[("/phone_number", "collides"), ("/email", "collides")]));
    let lenient = post(&fixture, "match=person", &both).await;
    assert_eq!((lenient.status, lenient.header("ignored-fields")), (200, r#""email""#));
    assert_eq!(lenient.header("location"), fixture.path());
    assert_ne!(path_of(other), fixture.path());
}

async fn phone_decides_without_the_preference(backend: Backend) {
    let fixture = anna(backend).await;
    let request = fixture.company.request(Method::POST, "/contacts/").json(&colleague("Bert Example"));
    let response = fixture.company.send(request).await;
    assert_eq!((response.status, response.header("location")), (200, fixture.path().as_str()));
}
