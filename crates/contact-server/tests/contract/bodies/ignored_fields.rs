//! Unknown keys are ignored and listed in the header `Ignored-Fields`.

use contact_testing::{Backend, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, agent_with_contact};
use crate::operations;

on_both_databases!(
    unknown_keys_are_ignored_and_listed,
    every_operation_lists_the_keys_that_it_ignores,
    header_is_absent_if_no_key_is_ignored,
    dropped_custom_fields_are_listed_after_unknown_keys,
    non_ascii_name_is_a_display_string,
    ascii_name_is_an_escaped_string,
    first_twenty_names_are_listed_and_truncated_to_64_characters,
);

/// Sends one body by PATCH and by POST.
async fn both(fixture: &Fixture, body: Value) -> [TestResponse; 2] {
    let responses = [fixture.patch(body.clone()).await, fixture.company.post("/contacts/", body).await];
    assert_eq!((responses[0].status, responses[1].status), (200, 201));
    responses
}

async fn names(fixture: &Fixture, body: Value) -> String {
    let [patched, posted] = both(fixture, body).await;
    assert_eq!(patched.header("ignored-fields"), posted.header("ignored-fields"));
    patched.header("ignored-fields").to_owned()
}

async fn unknown_keys_are_ignored_and_listed(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({
        "zip": 1, "notes": "known", "nickname": null, "id": "x", "name": "x", "phone": "x", "created_at": "x",
        "last_activity": [], "profile_picture_url": "x", "Full_Name": "x",
    });
    let before = fixture.read().await;
    let expected = r#""zip", "nickname", "id", "name", "phone", "created_at", "last_activity", "profile_picture_url", "Full_Name""#;
    assert_eq!(names(&fixture, body).await, expected);
    let mut after = fixture.read().await;
    assert_eq!(after["notes"], "known");
    after["notes"] = before["notes"].clone();
    after["updated_at"] = before["updated_at"].clone();
    assert_eq!(after, before);
}

async fn every_operation_lists_the_keys_that_it_ignores(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    // An operation that returns a problem ignores nothing.
    for operation in operations::all() {
        // These refuse unknown keys, because a misspelled key would undo or merge something else.
        let refuses = ["revert_changes", "merge_contacts"].contains(&operation.id.as_str());
        if operation.expected_problem().is_some() || refuses {
            continue;
        }
        let Some(mut body) = operation.body(agent) else { continue };
        body["unknown_key"] = json!({ "deep": [1] });
        let path = operation.path_for(fixture.id);
        let request = admin.request(operation.method.clone(), &path).json(&body);
        let response = fixture.company.send(request).await;
        assert!(response.status < 300, "{response:#?}");
        assert_eq!(response.header("ignored-fields"), r#""unknown_key""#, "{}", operation.id);
    }
}

async fn header_is_absent_if_no_key_is_ignored(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for body in [json!({}), json!({ "notes": "x", "custom_fields": { "Plan": 1 } })] {
        for response in both(&fixture, body).await {
            assert_eq!(response.optional_header("ignored-fields"), None);
        }
    }
}

async fn dropped_custom_fields_are_listed_after_unknown_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({ "custom_fields": { "Plan": 1, "plan": 2, "Other": null }, "zip": 1 });
    let sent = names(&fixture, body).await;
    assert_eq!(sent, r#""zip", "custom_fields.Other", "custom_fields.plan""#);
}

async fn non_ascii_name_is_a_display_string(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({ "prénom \"100%\"": 1, "a\nb": 1, "plain": 1, "custom_fields": { "名": 1 } });
    let expected = r#"%"pr%c3%a9nom %22100%25%22", %"a%0ab", "plain", %"custom_fields.%e5%90%8d""#;
    assert_eq!(names(&fixture, body).await, expected);
}

async fn ascii_name_is_an_escaped_string(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({ "a\"b\\c, d": 1, "": 1, "100%": 1 });
    assert_eq!(names(&fixture, body).await, r#""a\"b\\c, d", "", "100%""#);
}

async fn first_twenty_names_are_listed_and_truncated_to_64_characters(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let many: serde_json::Map<String, Value> = (0..30).map(|n| (format!("unknown{n}"), json!(n))).collect();
    let expected: Vec<String> = (0..20).map(|n| format!("\"unknown{n}\"")).collect();
    assert_eq!(names(&fixture, many.into()).await, expected.join(", "));

    let body = json!({ "x".repeat(64): 1, "y".repeat(65): 1, "é".repeat(65): 1 });
    let expected = format!("\"{}\", \"{}\", %\"{}\"", "x".repeat(64), "y".repeat(64), "%c3%a9".repeat(64));
    assert_eq!(names(&fixture, body).await, expected);
    let body = json!({ "custom_fields": { "z".repeat(100): 1 } });
    let expected = format!("\"custom_fields.{}\"", "z".repeat(64 - "custom_fields.".len()));
    assert_eq!(names(&fixture, body).await, expected);
}
