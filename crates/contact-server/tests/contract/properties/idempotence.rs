//! Updates and creates, with made-up bodies.

use contact_model::CustomFieldType;
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use super::bodies::{body, hold};
use crate::fixture::{Fixture, path_of};

on_both_databases!(
    what_an_update_answers_is_what_is_read,
    keys_that_are_not_sent_never_change,
    the_same_update_twice_changes_nothing_the_second_time,
    the_same_create_twice_changes_nothing_the_second_time,
);

const ALL: &str = "?include=first_name,last_name,custom_fields,updated_at";

async fn fixture(backend: Backend) -> Fixture {
    let fixture = Fixture::full(backend).await;
    for name in ["A", "B"] {
        fixture.define(name, CustomFieldType::Any).await;
    }
    fixture
}

async fn what_an_update_answers_is_what_is_read(backend: Backend) {
    let fixture = &fixture(backend).await;
    hold(body(), async |body: Value| {
        let path = format!("{}{ALL}", fixture.path());
        let mut answered = fixture.company.patch(&path, body).await.json();
        answered["active_chat_agent"] = json!(null);
        answered["recent_activity"] = json!([]);
        assert_eq!(fixture.read().await, answered);
    });
}

async fn keys_that_are_not_sent_never_change(backend: Backend) {
    let fixture = &fixture(backend).await;
    hold(body(), async |body: Value| {
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
        // Of the custom fields, too, those that are not sent stay.
        for field in ["A", "B", "Plan"] {
            let sent = body.get("custom_fields").is_some_and(|fields| fields.get(field).is_some());
            assert!(
                sent || after["custom_fields"].get(field) == before["custom_fields"].get(field),
                "{field}"
            );
        }
    });
}

async fn the_same_update_twice_changes_nothing_the_second_time(backend: Backend) {
    let fixture = &fixture(backend).await;
    hold(body(), async |body: Value| {
        assert_eq!(fixture.patch(body.clone()).await.status, 200);
        let once = fixture.read().await;
        assert_eq!(fixture.patch(body).await.status, 200);
        assert_eq!(fixture.read().await, once);
    });
}

async fn the_same_create_twice_changes_nothing_the_second_time(backend: Backend) {
    let fixture = &fixture(backend).await;
    let mut number = 0;
    hold(body(), move |mut body: Value| {
        number += 1;
        // With a phone or an email of its own, the second create finds what the first one made.
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
