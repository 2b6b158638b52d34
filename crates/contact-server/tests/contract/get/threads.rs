//! Recording threads, and `recent_activity` and `last_activity` of a contact.

use contact_model::ProblemType;
use contact_server::RequestLimits;
use contact_testing::{Backend, TestResponse, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, agent, bad, keys, path_of, send_text};
use crate::settable_clock::SettableClock;

on_both_databases!(
    recorded_thread_is_returned_as_it_is_read_later,
    recent_activity_is_at_most_three_newest_first,
    threads_with_equal_times_have_a_stable_order,
    only_threads_change_last_activity,
    older_thread_does_not_change_last_activity,
    created_at_of_a_thread_defaults_to_now,
    every_accepted_time_is_returned_as_rfc_3339,
    every_invalid_field_of_a_thread_is_reported,
);

async fn record(fixture: &Fixture, thread: Value) -> TestResponse {
    fixture.company.post(&format!("{}threads/", fixture.path()), thread).await
}

fn call(agent: impl serde::Serialize, created_at: &str) -> Value {
    json!({
        "agent_id": agent, "type": "call", "status": "completed", "direction": "inbound",
        "duration": 42.5, "created_at": created_at,
    })
}

async fn recorded_thread_is_returned_as_it_is_read_later(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let response = record(&fixture, call(desk, "2026-01-31T13:00:00.123456789+01:00")).await;
    assert_eq!(response.status, 201, "{response:#?}");
    let thread = response.json();
    assert_eq!(
        thread,
        json!({
            "id": thread["id"], "agent_name": "Front desk", "agent_id": desk, "type": "call",
            "status": "completed", "direction": "inbound", "duration": 42.5,
            "created_at": "2026-01-31T12:00:00.123456Z",
        })
    );
    let contact = fixture.read().await;
    assert_eq!(contact["recent_activity"], json!([thread]));
    assert_eq!(contact["last_activity"], "2026-01-31T12:00:00.123456Z");
    // The duration defaults to 0.
    let mut without = call(desk, "2026-02-01T00:00:00Z");
    without.as_object_mut().unwrap().remove("duration");
    assert_eq!(record(&fixture, without).await.json()["duration"], 0.0);
}

async fn recent_activity_is_at_most_three_newest_first(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let [desk, night] =
        [agent(&fixture.company, "Front desk").await, agent(&fixture.company, "Night desk").await];
    let other = fixture.company.create(json!({})).await;
    fixture.company.post(&format!("{}threads/", path_of(other)), call(desk, "2030-01-01T00:00:00Z")).await;
    let mut shown = Vec::new();
    for (day, by) in [("03", desk), ("01", night), ("05", night), ("02", desk), ("04", desk)] {
        record(&fixture, call(by, &format!("2026-01-{day}T00:00:00Z"))).await;
        shown.push(format!("2026-01-{day}T00:00:00Z"));
        shown.sort_unstable_by(|a, b| b.cmp(a));
        shown.truncate(3);
        let contact = fixture.read().await;
        let threads = contact["recent_activity"].as_array().unwrap();
        let times: Vec<&str> = threads.iter().filter_map(|thread| thread["created_at"].as_str()).collect();
        assert_eq!(times, shown);
    }
    let contact = fixture.read().await;
    let names: Vec<&Value> =
        contact["recent_activity"].as_array().unwrap().iter().map(|thread| &thread["agent_name"]).collect();
    assert_eq!(names, ["Night desk", "Front desk", "Front desk"]);
    let expected = ["agent_id", "agent_name", "created_at", "direction", "duration", "id", "status", "type"];
    assert_eq!(keys(&contact["recent_activity"][0]), expected);
}

async fn threads_with_equal_times_have_a_stable_order(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let mut recorded = Vec::new();
    for _ in 0..4 {
        recorded.push(record(&fixture, call(desk, "2026-01-01T00:00:00Z")).await.json()["id"].clone());
    }
    let ids = || async {
        let contact = fixture.read().await;
        let threads = contact["recent_activity"].as_array().unwrap().clone();
        threads.iter().map(|thread| thread["id"].clone()).collect::<Vec<_>>()
    };
    let first = ids().await;
    assert_eq!(first.len(), 3);
    assert!(first.iter().all(|id| recorded.contains(id)));
    assert_eq!(ids().await, first);
}

async fn only_threads_change_last_activity(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let touch = async || {
        fixture.company.update(fixture.id, json!({ "notes": rand::random::<u64>().to_string() })).await;
        let notes = rand::random::<u64>().to_string();
        fixture.company.create(json!({ "phone_number": "+14155552671", "notes": notes })).await;
        for choice in [json!(desk), json!(null)] {
            fixture
                .company
                .put(&format!("{}active-agent/", fixture.path()), json!({ "agent_id": choice }))
                .await;
        }
        fixture.read().await["last_activity"].clone()
    };
    assert_eq!(touch().await, json!(null));
    record(&fixture, call(desk, "2026-01-02T00:00:00Z")).await;
    assert_eq!(fixture.read().await["last_activity"], "2026-01-02T00:00:00Z");
    assert_eq!(touch().await, "2026-01-02T00:00:00Z");
}

async fn older_thread_does_not_change_last_activity(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    for (recorded, last) in [
        ("2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("2020-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("2026-01-02T00:00:00.000001Z", "2026-01-02T00:00:00.000001Z"),
        ("1969-12-31T23:59:59.999999Z", "2026-01-02T00:00:00.000001Z"),
    ] {
        record(&fixture, call(desk, recorded)).await;
        assert_eq!(fixture.read().await["last_activity"], last);
    }
}

async fn created_at_of_a_thread_defaults_to_now(backend: Backend) {
    let clock = SettableClock::at("2026-03-01T00:00:00Z");
    let server = TestServer::start_with(backend, RequestLimits::default(), clock.clone()).await;
    let company = server.company().await;
    let id = company.create(json!({})).await;
    let fixture = Fixture { company, id };
    let desk = agent(&fixture.company, "Front desk").await;
    clock.advance(60);
    let mut thread = call(desk, "");
    thread.as_object_mut().unwrap().remove("created_at");
    assert_eq!(record(&fixture, thread).await.json()["created_at"], "2026-03-01T00:01:00Z");
    assert_eq!(fixture.read().await["last_activity"], "2026-03-01T00:01:00Z");
}

async fn every_accepted_time_is_returned_as_rfc_3339(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    for time in ["0000-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "9999-12-31T23:59:59.999999Z"] {
        let response = record(&fixture, call(desk, time)).await;
        assert_eq!(response.status, 201, "{response:#?}");
        let thread = response.json();
        let shown = thread["created_at"].as_str().unwrap();
        assert!(shown.len() >= 20 && shown.as_bytes()[4] == b'-' && shown.ends_with('Z'), "{shown}");
        // A leap second, too, is read as it was returned.
        assert_eq!(fixture.read().await["recent_activity"][0], thread);
    }
    // In UTC, RFC 3339 cannot represent these years.
    for time in ["0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"] {
        let found = record(&fixture, call(desk, time)).await.invalid_fields(ProblemType::InvalidFields);
        assert_eq!(found, bad(&[("/created_at", "invalid_value")]), "{time}");
    }
}

async fn every_invalid_field_of_a_thread_is_reported(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let before = fixture.read().await;
    let good = call(desk, "2026-01-01T00:00:00Z");
    for (key, value, code) in [
        ("agent_id", json!(null), "null_not_allowed"),
        ("agent_id", json!("x"), "invalid_value"),
        ("agent_id", json!(UNKNOWN_ID), "not_found"),
        ("type", json!(""), "required"),
        ("type", json!("x".repeat(51)), "too_long"),
        ("status", json!(7), "wrong_type"),
        ("direction", json!("\0"), "nul_character"),
        ("duration", json!(-1), "invalid_value"),
        ("duration", json!("1"), "wrong_type"),
        ("created_at", json!("noon"), "invalid_value"),
        ("created_at", json!("2026-01-01"), "invalid_value"),
        ("created_at", json!("2026-01-01T00:00:00"), "invalid_value"),
        ("created_at", json!(0), "wrong_type"),
    ] {
        let mut thread = good.clone();
        thread[key] = value.clone();
        let response = record(&fixture, thread).await;
        let pointer = format!("/{key}");
        assert_eq!(
            response.invalid_fields(ProblemType::InvalidFields),
            bad(&[(&pointer, code)]),
            "{key}: {value}"
        );
    }
    let huge = call(desk, "2026-01-01T00:00:00Z").to_string().replace("42.5", "1e400");
    let response =
        send_text(&fixture.company, Method::POST, &format!("{}threads/", fixture.path()), huge).await;
    let expected = bad(&[("/duration", "invalid_value")]);
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected, "the number is too large");
    let missing = record(&fixture, json!({})).await;
    let expected = ["/agent_id", "/type", "/status", "/direction"].map(|pointer| (pointer, "required"));
    assert_eq!(missing.invalid_fields(ProblemType::InvalidFields), bad(&expected));
    assert_eq!(fixture.read().await, before);
}
