//! Contacts deleted, restored and erased.

use contact_model::clock::{Clock, SystemClock};
use contact_model::{CustomFieldType, ProblemType, Timestamp};
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, agent, bad};
use crate::operations;

on_both_databases!(
    a_deleted_contact_is_gone_from_every_operation,
    its_phone_and_email_are_free_at_once,
    a_restored_contact_is_as_it_was,
    a_restored_contact_is_found_by_its_keys_again,
    a_contact_that_is_not_deleted_is_restored_as_it_is,
    an_erased_contact_never_comes_back,
    another_companys_contact_is_neither_deleted_nor_restored_nor_erased,
    what_was_deleted_long_ago_cannot_be_restored_and_is_erased,
    a_change_of_country_leaves_deleted_contacts_alone,
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

/// Every way in which a list may find the contact of [`Fixture::full`].
const WAYS: [&str; 12] = [
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

async fn a_deleted_contact_is_gone_from_every_operation(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    for way in WAYS {
        assert_eq!(listed(&fixture, way).await, 1, "{way}");
    }
    assert_eq!(delete(&fixture, "").await.status, 204);
    for way in WAYS {
        assert_eq!(listed(&fixture, way).await, 0, "{way}");
        let counted = fixture.company.get(&format!("/contacts/?count=true&{way}")).await.json();
        assert_eq!(counted["count"], 0, "{way}");
    }
    assert_eq!(fixture.company.get("/tags/").await.json()["results"], json!([]));
    for operation in operations::all().iter().filter(|operation| operation.is_of_contact()) {
        if operation.id != "restore_contact" {
            let response = operation.send(&fixture.company, fixture.id, desk).await;
            response.problem(ProblemType::ContactNotFound);
        }
    }
}

async fn its_phone_and_email_are_free_at_once(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    delete(&fixture, "").await;
    let body = json!({ "email": "jane@example.com", "phone_number": "+14155552671" });
    assert_eq!(fixture.company.post("/contacts/", body.clone()).await.status, 201);
    assert_eq!(fixture.company.post("/contacts/", body).await.status, 200);
}

async fn a_restored_contact_is_as_it_was(backend: Backend) {
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
    for way in WAYS {
        assert_eq!(listed(&fixture, way).await, 1, "{way}");
    }
    assert_eq!(
        fixture.company.get("/tags/").await.json()["results"],
        json!([{ "tag": "vip", "contacts": 1 }])
    );
}

async fn a_restored_contact_is_found_by_its_keys_again(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    delete(&fixture, "").await;
    restore(&fixture).await;
    for body in [json!({ "email": "JANE@example.com" }), json!({ "phone_number": "(415) 555-2671" })] {
        let response = fixture.company.post("/contacts/", body).await;
        assert_eq!(response.status, 200);
        assert_eq!(response.header("location"), fixture.path());
    }
}

async fn a_contact_that_is_not_deleted_is_restored_as_it_is(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let response = restore(&fixture).await;
    assert_eq!((response.status, &response.json()["id"]), (200, &json!(fixture.id)));
    assert_eq!(fixture.read().await, before);
    let nobody = format!("/contacts/{UNKNOWN_ID}/restore/");
    let response = fixture.company.send(fixture.company.request(Method::POST, &nobody)).await;
    response.problem(ProblemType::ContactNotFound);
}

async fn an_erased_contact_never_comes_back(backend: Backend) {
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
        for way in WAYS {
            assert_eq!(listed(&fixture, way).await, 0, "{way}");
        }
        assert_eq!(fixture.company.get("/tags/").await.json()["results"], json!([]));
        let again = json!({ "email": "jane@example.com" });
        assert_eq!(fixture.company.post("/contacts/", again).await.status, 201);
    }
    let fixture = Fixture::full(backend).await;
    let response = delete(&fixture, "?erase=perhaps").await;
    assert_eq!(response.bad_fields(ProblemType::InvalidParameter), bad(&[("erase", "invalid_value")]));
    assert_eq!(fixture.company.get(&fixture.path()).await.status, 200);
}

async fn another_companys_contact_is_neither_deleted_nor_restored_nor_erased(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let own = Fixture { company: fixture.server.company().await, ..Fixture::full(backend).await };
    let stranger = Fixture { company: own.company, server: fixture.server, id: fixture.id };
    for query in ["", "?erase=true"] {
        delete(&stranger, query).await.problem(ProblemType::ContactNotFound);
    }
    assert_eq!(fixture.company.get(&format!("/contacts/{}/", fixture.id)).await.status, 200);
    let path = format!("/contacts/{}/", fixture.id);
    fixture.company.send(fixture.company.request(Method::DELETE, &path)).await;
    restore(&stranger).await.problem(ProblemType::ContactNotFound);
}

async fn what_was_deleted_long_ago_cannot_be_restored_and_is_erased(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    delete(&fixture, "").await;
    let store = &fixture.server.store;
    // An hour ago nothing was deleted yet, so that nothing has expired.
    let hour = 60 * 60 * 1_000_000;
    let now = SystemClock.now().as_micros();
    let at = |micros| Timestamp::from_micros(micros).unwrap();
    let erase = contact_server::retention::erase_all_expired;
    assert_eq!(erase(store, at(now - hour)).await.unwrap(), 0);
    assert_eq!(restore(&fixture).await.status, 200);
    assert_eq!(erase(store, at(now + hour)).await.unwrap(), 0, "it is not deleted any more");
    delete(&fixture, "").await;
    // Two servers at once: one of them erases it.
    let later = at(now + hour);
    let (one, other) = tokio::join!(erase(store, later), erase(store, later));
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    restore(&fixture).await.problem(ProblemType::ContactNotFound);
}

async fn a_change_of_country_leaves_deleted_contacts_alone(backend: Backend) {
    use contact_store::company::UpdateCompany;

    let fixture = Fixture::with(backend, json!({})).await;
    fixture.define("Plan", CustomFieldType::Any).await;
    fixture.patch(json!({ "phone_number": "020 7946 0018" })).await;
    delete(&fixture, "").await;
    let country = Some("GB".parse().unwrap());
    let update = UpdateCompany { id: fixture.company.id, name: None, country };
    fixture.server.store.run_one(update).await.unwrap();
    let body: Value = json!({ "phone_number": "+442079460018" });
    assert_eq!(fixture.company.post("/contacts/", body.clone()).await.status, 201);
    restore(&fixture).await;
    // The oldest of both has it, by the country of today.
    assert_eq!(fixture.company.post("/contacts/", body).await.header("location"), fixture.path());
}
