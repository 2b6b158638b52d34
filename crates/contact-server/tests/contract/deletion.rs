//! Deleting, restoring and erasing contacts.

use contact_model::clock::{Clock, SystemClock};
use contact_model::{CustomFieldType, ProblemType, Timestamp};
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, agent, agent_with_contact, bad};
use crate::operations;

on_both_databases!(
    deleted_contact_is_not_found_by_any_operation,
    phone_and_email_of_a_deleted_contact_can_be_reused_at_once,
    restored_contact_is_unchanged,
    restored_contact_is_matched_by_phone_and_email,
    restoring_a_contact_that_is_not_deleted_changes_nothing,
    erased_contact_cannot_be_restored,
    contact_of_another_company_cannot_be_deleted_restored_or_erased,
    deleted_contact_is_erased_after_its_retention_time,
    change_of_country_does_not_affect_deleted_contacts_until_restored,
);

async fn delete(fixture: &Fixture, query: &str) -> TestResponse {
    let path = format!("{}{query}", fixture.path());
    fixture.company.send(fixture.company.request(Method::DELETE, &path)).await
}

async fn restore(fixture: &Fixture) -> TestResponse {
    let path = format!("{}restore/", fixture.path());
    fixture.company.send(fixture.company.request(Method::POST, &path)).await
}

async fn listed(fixture: &Fixture, query: &str) -> usize {
    let page = fixture.company.get(&format!("/contacts/?{query}")).await.json();
    page["results"].as_array().unwrap().len()
}

/// Queries of lists that find the contact of [`Fixture::full`].
const QUERIES: [&str; 12] = [
    "",
    "sort=name",
    "sort=last_activity",
    "sort=-updated_at",
    "email=jane@example.com",
    "phone=%2B14155552671",
    "tag=vip",
    "search=jane",
    "lead_source=webhook",
    "custom_fields[Plan]=gold",
    "updated_after=2000-01-01",
    "created_after=2000-01-01&sort=name",
];

async fn deleted_contact_is_not_found_by_any_operation(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for query in QUERIES {
        assert_eq!(listed(&fixture, query).await, 1, "{query}");
    }
    assert_eq!(delete(&fixture, "").await.status, 204);
    for query in QUERIES {
        assert_eq!(listed(&fixture, query).await, 0, "{query}");
        let counted = fixture.company.get(&format!("/contacts/?count=true&{query}")).await.json();
        assert_eq!(counted["count"], 0, "{query}");
    }
    assert_eq!(fixture.company.get("/tags/").await.json()["results"], json!([]));
    let desk = agent_with_contact(&fixture.company, "Front desk").await;
    for operation in operations::all().iter().filter(|operation| operation.has_contact_id()) {
        // A deleted contact can be restored, and keeps its history.
        if !["restore_contact", "list_history"].contains(&operation.id.as_str()) {
            let response = operation.send(&fixture.company, fixture.id, desk).await;
            response.problem(ProblemType::ContactNotFound);
        }
    }
}

async fn phone_and_email_of_a_deleted_contact_can_be_reused_at_once(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    delete(&fixture, "").await;
    let body = json!({ "email": "jane@example.com", "phone_number": "+14155552671" });
    assert_eq!(fixture.company.post("/contacts/", body.clone()).await.status, 201);
    assert_eq!(fixture.company.post("/contacts/", body).await.status, 200);
}

async fn restored_contact_is_unchanged(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let thread = json!({ "agent_id": desk, "type": "call", "status": "done", "direction": "inbound" });
    fixture.company.post(&format!("{}threads/", fixture.path()), thread).await;
    let before = fixture.read().await;
    delete(&fixture, "").await;
    let restored = restore(&fixture).await;
    assert_eq!(restored.status, 200, "{restored:#?}");
    let mut after = fixture.read().await;
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    after["updated_at"] = before["updated_at"].clone();
    assert_eq!(after, before);
    for query in QUERIES {
        assert_eq!(listed(&fixture, query).await, 1, "{query}");
    }
    assert_eq!(
        fixture.company.get("/tags/").await.json()["results"],
        json!([{ "tag": "vip", "contacts": 1 }])
    );
}

async fn restored_contact_is_matched_by_phone_and_email(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    delete(&fixture, "").await;
    restore(&fixture).await;
    for body in [json!({ "email": "JANE@example.com" }), json!({ "phone_number": "(415) 555-2671" })] {
        let response = fixture.company.post("/contacts/", body).await;
        assert_eq!(response.status, 200);
        assert_eq!(response.header("location"), fixture.path());
    }
}

async fn restoring_a_contact_that_is_not_deleted_changes_nothing(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let response = restore(&fixture).await;
    assert_eq!((response.status, &response.json()["id"]), (200, &json!(fixture.id)));
    assert_eq!(fixture.read().await, before);
    let unknown = format!("/contacts/{UNKNOWN_ID}/restore/");
    let response = fixture.company.send(fixture.company.request(Method::POST, &unknown)).await;
    response.problem(ProblemType::ContactNotFound);
}

async fn erased_contact_cannot_be_restored(backend: Backend) {
    for deleted_before in [false, true] {
        let fixture = Fixture::full(backend).await;
        let desk = agent(&fixture.company, "Front desk").await;
        let thread = json!({ "agent_id": desk, "type": "call", "status": "done", "direction": "inbound" });
        fixture.company.post(&format!("{}threads/", fixture.path()), thread).await;
        if deleted_before {
            delete(&fixture, "").await;
        }
        assert_eq!(delete(&fixture, "?erase=true").await.status, 204);
        restore(&fixture).await.problem(ProblemType::ContactNotFound);
        delete(&fixture, "?erase=true").await.problem(ProblemType::ContactNotFound);
        fixture.company.get(&fixture.path()).await.problem(ProblemType::ContactNotFound);
        for query in QUERIES {
            assert_eq!(listed(&fixture, query).await, 0, "{query}");
        }
        assert_eq!(fixture.company.get("/tags/").await.json()["results"], json!([]));
        let again = json!({ "email": "jane@example.com" });
        assert_eq!(fixture.company.post("/contacts/", again).await.status, 201);
    }
    let fixture = Fixture::full(backend).await;
    let response = delete(&fixture, "?erase=perhaps").await;
    assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), bad(&[("erase", "invalid_value")]));
    assert_eq!(fixture.company.get(&fixture.path()).await.status, 200);
}

async fn contact_of_another_company_cannot_be_deleted_restored_or_erased(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let stranger = Fixture { company: fixture.company.server.company().await, id: fixture.id };
    for query in ["", "?erase=true"] {
        delete(&stranger, query).await.problem(ProblemType::ContactNotFound);
    }
    assert_eq!(fixture.company.get(&format!("/contacts/{}/", fixture.id)).await.status, 200);
    let path = format!("/contacts/{}/", fixture.id);
    fixture.company.send(fixture.company.request(Method::DELETE, &path)).await;
    restore(&stranger).await.problem(ProblemType::ContactNotFound);
}

async fn deleted_contact_is_erased_after_its_retention_time(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    delete(&fixture, "").await;
    let store = &fixture.company.server.store;
    // With a limit of an hour ago nothing has expired.
    let hour = 60 * 60 * 1_000_000;
    let now = SystemClock.now().as_micros();
    let at = |micros| Timestamp::from_micros(micros).unwrap();
    let erase = contact_server::retention::erase_all_expired;
    assert_eq!(erase(store, at(now - hour)).await.unwrap(), 0);
    assert_eq!(restore(&fixture).await.status, 200);
    assert_eq!(erase(store, at(now + hour)).await.unwrap(), 0, "the contact has been restored");
    delete(&fixture, "").await;
    // If two servers do so at the same time, only one erases it.
    let later = at(now + hour);
    let (one, other) = tokio::join!(erase(store, later), erase(store, later));
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    restore(&fixture).await.problem(ProblemType::ContactNotFound);
}

async fn change_of_country_does_not_affect_deleted_contacts_until_restored(backend: Backend) {
    use contact_store::company::UpdateCompany;

    let fixture = Fixture::with(backend, json!({})).await;
    fixture.define("Plan", CustomFieldType::Any).await;
    fixture.patch(json!({ "phone_number": "020 7946 0018" })).await;
    delete(&fixture, "").await;
    let country = Some("GB".parse().unwrap());
    let update = UpdateCompany { country, ..UpdateCompany::of(fixture.company.id) };
    fixture.company.server.store.run(update).await.unwrap();
    let body: Value = json!({ "phone_number": "+442079460018" });
    assert_eq!(fixture.company.post("/contacts/", body.clone()).await.status, 201);
    restore(&fixture).await;
    // Both contacts have the phone by the current country, and the oldest one matches.
    assert_eq!(fixture.company.post("/contacts/", body).await.header("location"), fixture.path());
}
