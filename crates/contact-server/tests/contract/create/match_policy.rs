//! `Prefer: match`: which contact is chosen if phone and email match different contacts.

use contact_model::{ContactId, ProblemType};
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad, path_of};

on_both_databases!(
    phone_decides_by_default,
    match_email_prefers_the_email,
    match_reject_refuses_a_collision,
    policy_has_no_effect_without_a_collision,
    unknown_policy_is_ignored,
);

const PHONE: &str = "+14155552671";

/// The contact of the fixture has the phone; the contact with the returned ID has the email.
async fn two(backend: Backend) -> (Fixture, ContactId) {
    let fixture = Fixture::with(backend, json!({ "phone_number": PHONE, "email": "own@example.com" })).await;
    let other = fixture.company.create(json!({ "email": "jane@example.com" })).await;
    (fixture, other)
}

fn both() -> Value {
    json!({ "zip": 1, "phone_number": "415 555 2671", "email": "Jane@Example.com", "notes": "both" })
}

async fn post(fixture: &Fixture, preferences: &[&str], body: Value) -> TestResponse {
    let request = fixture.company.request(Method::POST, "/contacts/").json(&body);
    let request = preferences.iter().fold(request, |request, value| request.header("Prefer", *value));
    fixture.company.send(request).await
}

async fn phone_decides_by_default(backend: Backend) {
    let (fixture, other) = two(backend).await;
    let untouched = fixture.company.read(other).await;
    for (preferences, applied) in [(&[][..], None), (&["match=phone"], Some("match=phone"))] {
        let response = post(&fixture, preferences, both()).await;
        assert_eq!((response.status, response.header("location")), (200, fixture.path().as_str()));
        assert_eq!(response.header("ignored-fields"), r#""zip", "email""#);
        assert_eq!((response.optional_header("preference-applied"), response.body.as_str()), (applied, ""));
        assert_eq!(fixture.read().await["email"], "own@example.com");
        assert_eq!(fixture.company.read(other).await, untouched);
    }
}

async fn match_email_prefers_the_email(backend: Backend) {
    let (fixture, other) = two(backend).await;
    let untouched = fixture.read().await;
    let response = post(&fixture, &["match=email"], both()).await;
    assert_eq!((response.status, response.header("location")), (200, path_of(other).as_str()));
    assert_eq!(response.header("ignored-fields"), r#""zip", "phone_number""#);
    assert_eq!((response.header("preference-applied"), response.body.as_str()), ("match=email", ""));
    let contact = fixture.company.read(other).await;
    assert_eq!((&contact["phone"], &contact["notes"]), (&Value::Null, &json!("both")));
    assert_eq!(fixture.read().await, untouched);
}

async fn match_reject_refuses_a_collision(backend: Backend) {
    let (fixture, other) = two(backend).await;
    let before = [fixture.read().await, fixture.company.read(other).await];
    let response = post(&fixture, &["match=reject"], both()).await;
    let named = response.invalid_fields(ProblemType::ContactsCollide);
    assert_eq!(named, bad(&[("/phone_number", "collides"), ("/email", "collides")]));
    let problem = response.problem(ProblemType::ContactsCollide);
    assert!(problem.errors[0].detail.contains(&fixture.id.to_string()), "{problem:#?}");
    assert!(problem.errors[1].detail.contains(&other.to_string()), "{problem:#?}");
    let ids: Vec<_> =
        response.json()["errors"].as_array().unwrap().iter().map(|bad| bad["contact_id"].clone()).collect();
    assert_eq!(ids, [json!(fixture.id), json!(other)]);
    for header in ["preference-applied", "ignored-fields", "location"] {
        assert_eq!(response.optional_header(header), None);
    }
    assert_eq!([fixture.read().await, fixture.company.read(other).await], before, "nothing was written");
}

async fn policy_has_no_effect_without_a_collision(backend: Backend) {
    let (fixture, other) = two(backend).await;
    for policy in ["match=phone", "match=email", "match=reject"] {
        for (body, status, path) in [
            (json!({ "phone_number": PHONE }), 200, Some(fixture.path())),
            (json!({ "email": "JANE@example.com" }), 200, Some(path_of(other))),
            (json!({ "phone_number": PHONE, "email": "own@example.com" }), 200, Some(fixture.path())),
            (json!({ "notes": "new" }), 201, None),
        ] {
            let response = post(&fixture, &[policy], body).await;
            assert_eq!((response.status, response.header("preference-applied")), (status, policy));
            assert!(path.is_none_or(|path| response.header("location") == path));
            assert_eq!(response.optional_header("ignored-fields"), None);
        }
    }
}

async fn unknown_policy_is_ignored(backend: Backend) {
    let (fixture, other) = two(backend).await;
    for preferences in [&["match=name"][..], &["match"], &["Match=Email"], &["match=x, match=email"]] {
        let response = post(&fixture, preferences, both()).await;
        assert_eq!((response.status, response.header("location")), (200, fixture.path().as_str()));
        assert_eq!(response.optional_header("preference-applied"), None, "{preferences:?}");
    }
    // Several headers are one list, and the first occurrence of a preference is used.
    let preferences = ["wait=1, MATCH=\"email\"; x=1", "return=representation", "match=reject"];
    let response = post(&fixture, &preferences, both()).await;
    assert_eq!(response.json()["id"], json!(other));
    assert_eq!(response.header("preference-applied"), "return=representation, match=email");
}
