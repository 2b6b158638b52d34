//! Writes without an effect do not write anything.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, agent};

on_both_databases!(
    empty_update_writes_nothing_and_returns_the_contact,
    update_with_equal_values_writes_nothing,
    create_with_equal_values_writes_nothing,
    setting_the_same_active_agent_writes_nothing,
    change_increases_updated_at_and_keeps_created_at,
);

async fn empty_update_writes_nothing_and_returns_the_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    for body in [json!({}), json!({ "unknown": 1 }), json!({ "custom_fields": { "Unknown": 1 } })] {
        let updated = fixture.company.update(fixture.id, body).await;
        assert_eq!(updated["name"], "Jane Doe");
        assert_eq!(fixture.read().await, before);
    }
}

async fn update_with_equal_values_writes_nothing(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    for body in [
        json!({ "full_name": "Jane Doe" }),
        json!({ "first_name": "Jane" }),
        json!({ "email": "jane@example.com", "phone_number": "+14155552671" }),
        json!({ "business_name": "Example Ltd", "notes": "Called", "tags": ["vip"], "is_dnd": false }),
        json!({ "lead_source": "webhook" }),
        json!({ "custom_fields": { "Plan": "gold" } }),
    ] {
        fixture.company.update(fixture.id, body).await;
        assert_eq!(fixture.read().await, before);
    }
}

async fn create_with_equal_values_writes_nothing(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    for body in [
        json!({ "phone_number": "(415) 555-2671" }),
        json!({ "email": "JANE@example.com", "tags": ["vip", "vip"], "full_name": "jane  doe", "is_dnd": "no" }),
    ] {
        assert_eq!(fixture.company.post("/contacts/", body).await.status, 200);
        assert_eq!(fixture.read().await, before);
    }
}

async fn setting_the_same_active_agent_writes_nothing(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent(&fixture.company, "Front desk").await;
    let path = format!("{}active-agent/", fixture.path());
    for choice in [json!({ "agent_id": agent }), json!({ "agent_id": null })] {
        fixture.company.put(&path, choice.clone()).await;
        let before = fixture.read().await;
        fixture.company.put(&path, choice).await;
        assert_eq!(fixture.read().await, before);
    }
}

async fn change_increases_updated_at_and_keeps_created_at(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let mut before = fixture.read().await;
    for notes in ["first", "second"] {
        fixture.company.update(fixture.id, json!({ "notes": notes })).await;
        let after = fixture.read().await;
        let time = |contact: &serde_json::Value| {
            contact["updated_at"].as_str().unwrap().parse::<contact_model::Timestamp>().unwrap()
        };
        assert!(time(&after) > time(&before));
        assert_eq!(after["created_at"], before["created_at"]);
        assert_eq!(after["last_activity"], json!(null));
        before = after;
    }
}
