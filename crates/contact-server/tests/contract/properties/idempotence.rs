//! Updates and creates with random bodies.

use contact_model::CustomFieldType;
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use super::bodies::{body, check_property};
use crate::fixture::{Fixture, path_of};

on_both_databases!(
    response_to_an_update_equals_a_later_read,
    fields_that_are_not_sent_never_change,
    repeated_update_changes_nothing,
    repeated_create_changes_nothing,
);

const ALL: &str = "?include=first_name,last_name,custom_fields,updated_at";

async fn fixture(backend: Backend) -> Fixture {
    let fixture = Fixture::full(backend).await;
    for name in ["A", "B"] {
        fixture.define(name, CustomFieldType::Any).await;
    }
    fixture
}

async fn response_to_an_update_equals_a_later_read(backend: Backend) {
    let fixture = &fixture(backend).await;
    check_property(body(), async |body: Value| {
        let path = format!("{}{ALL}", fixture.path());
        let mut updated = fixture.company.patch(&path, body).await.json();
        updated["active_chat_agent"] = json!(null);
        updated["recent_activity"] = json!([]);
        assert_eq!(fixture.read().await, updated);
    });
}

async fn fields_that_are_not_sent_never_change(backend: Backend) {
    let fixture = &fixture(backend).await;
    check_property(body(), async |body: Value| {
        let before = fixture.read().await;
        assert_eq!(fixture.patch(body.clone()).await.status, 200);
        let after = fixture.read().await;
        let names = ["full_name", "first_name", "last_name"].iter().any(|key| body.get(key).is_some());
        for key in ["email", "business_name", "notes", "tags", "is_dnd", "lead_source", "custom_fields"] {
            assert!(body.get(key).is_some() || after[key] == before[key], "{key}");
        }
        assert!(body.get("phone_number").is_some() || after["phone"] == before["phone"]);
        for key in ["name", "first_name", "last_name"] {
            assert!(names || after[key] == before[key], "{key}");
        }
        for key in ["id", "created_at", "last_activity", "profile_picture_url", "recent_activity"] {
            assert_eq!(after[key], before[key], "{key}");
        }
        // The same applies to custom fields.
        for field in ["A", "B", "Plan"] {
            let sent = body.get("custom_fields").is_some_and(|fields| fields.get(field).is_some());
            assert!(
                sent || after["custom_fields"].get(field) == before["custom_fields"].get(field),
                "{field}"
            );
        }
    });
}

async fn repeated_update_changes_nothing(backend: Backend) {
    let fixture = &fixture(backend).await;
    check_property(body(), async |body: Value| {
        assert_eq!(fixture.patch(body.clone()).await.status, 200);
        let once = fixture.read().await;
        assert_eq!(fixture.patch(body).await.status, 200);
        assert_eq!(fixture.read().await, once);
    });
}

async fn repeated_create_changes_nothing(backend: Backend) {
    let fixture = &fixture(backend).await;
    let mut number = 0;
    check_property(body(), move |mut body: Value| {
        number += 1;
        // A unique phone or email makes the second create match the contact of the first one.
        if number % 2 == 0 {
            body["phone_number"] = json!(format!("(415) 555-{number:04}"));
        } else {
            body["phone_number"] = json!(null);
            body["email"] = json!(format!("Number{number}@Example.com"));
        }
        async move {
            let first = fixture.company.post("/contacts/", body.clone()).await;
            let id = first.header("location").to_owned();
            let once = fixture.company.get(&format!("{id}{ALL}")).await.json();
            let second = fixture.company.post("/contacts/", body).await;
            assert_eq!((second.status, second.header("location")), (200, id.as_str()));
            assert_eq!(fixture.company.get(&format!("{id}{ALL}")).await.json(), once);
            assert_ne!(path_of(fixture.id), id);
        }
    });
}
