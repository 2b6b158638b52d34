//! Text that is not Unicode, contains NUL, or is unusual.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, agent_with_contact, bad, send_text};
use crate::operations;

on_both_databases!(
    nul_is_refused_in_every_field,
    lone_surrogate_is_refused_in_every_field,
    lone_surrogate_is_an_unknown_lead_source,
    unusual_text_is_returned_as_it_was_sent,
    huge_and_tiny_numbers_are_refused,
    unusual_values_never_cause_an_internal_error,
);

const TEXTS: [&str; 7] =
    ["full_name", "first_name", "last_name", "email", "phone_number", "business_name", "notes"];

/// Returns bodies with this text in one field each, and the pointer to it.
fn bodies(text: &str) -> Vec<(String, String)> {
    let mut bodies: Vec<(String, String)> =
        TEXTS.iter().map(|key| (format!(r#"{{"{key}":"{text}"}}"#), format!("/{key}"))).collect();
    bodies.push((format!(r#"{{"tags":["ok","{text}"]}}"#), "/tags/1".into()));
    bodies.push((format!(r#"{{"custom_fields":{{"Plan":"{text}"}}}}"#), "/custom_fields/Plan".into()));
    bodies.push((
        format!(r#"{{"custom_fields":{{"Plan":[{{"a":"{text}"}}]}}}}"#),
        "/custom_fields/Plan".into(),
    ));
    bodies.push((format!(r#"{{"custom_fields":{{"Plan":{{"{text}":1}}}}}}"#), "/custom_fields/Plan".into()));
    bodies
}

async fn nul_is_refused_in_every_field(backend: Backend) {
    assert_refused_in_every_field(backend, &["\\u0000", "before\\u0000after"], "nul_character").await;
}

async fn lone_surrogate_is_refused_in_every_field(backend: Backend) {
    assert_refused_in_every_field(
        backend,
        &["\\ud800", "\\udc00 x", "\\ud83d\\ud83d", "\\uD83Dx"],
        "invalid_unicode",
    )
    .await;
}

async fn assert_refused_in_every_field(backend: Backend, texts: &[&str], code: &str) {
    let fixture = Fixture::full(backend).await;
    for text in texts {
        for (body, pointer) in bodies(text) {
            let expected = bad(&[(&pointer, code)]);
            assert_eq!(fixture.refused_text(body.clone()).await, expected, "{body}");
            let response = send_text(&fixture.company, Method::POST, "/contacts/", body).await;
            assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected);
        }
    }
}

async fn lone_surrogate_is_an_unknown_lead_source(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let response = fixture.patch_text(r#"{"lead_source":"\ud800"}"#).await;
    assert_eq!((response.status, &response.json()["lead_source"]), (200, &json!("manual")));
}

async fn unusual_text_is_returned_as_it_was_sent(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for text in [
        "\u{1}\u{7f}\u{85}\u{feff}\u{202e}\u{fffd}\u{ffff}",
        "👩‍👩‍👧 e\u{301} \u{10ffff}",
        "'; DROP TABLE contacts; --",
        "\\ \" % _ {} $1 \r\n\t",
        "<script>alert(1)</script>",
        "\\u0000",
        " ",
    ] {
        let body = json!({
            "first_name": text, "last_name": text, "email": text, "phone_number": text,
            "business_name": text, "notes": text, "tags": [text, text], "custom_fields": { "Plan": { text: text } },
        });
        let updated = fixture.company.update(fixture.id, body).await;
        let read = fixture.read().await;
        for key in ["email", "phone", "business_name", "notes"] {
            assert_eq!((&updated[key], &read[key]), (&json!(text), &json!(text)), "{key}");
        }
        assert_eq!(read["tags"], json!([text, text]));
        assert_eq!((&read["first_name"], &read["last_name"]), (&json!(text), &json!(text)));
        assert_eq!(read["custom_fields"], json!({ "Plan": { text: text } }));
    }
}

async fn huge_and_tiny_numbers_are_refused(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let huge = format!("1{}", "0".repeat(10_000));
    for number in ["1e400", "-1e400", huge.as_str(), "1e-400"] {
        for key in ["notes", "is_dnd", "lead_source"] {
            let pointer = format!("/{key}");
            let found = fixture.refused_text(format!(r#"{{"{key}":{number}}}"#)).await;
            assert_eq!(found, bad(&[(&pointer, "wrong_type")]), "{key}: {number}");
        }
        let body = format!(r#"{{"email":"x@example.com","is_dnd":{number}}}"#);
        let response = send_text(&fixture.company, Method::POST, "/contacts/", body).await;
        let found = response.invalid_fields(ProblemType::InvalidFields);
        assert_eq!(found, bad(&[("/is_dnd", "invalid_value")]), "{number}");
    }
}

async fn unusual_values_never_cause_an_internal_error(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let unusual = [
        "null",
        "1e999",
        "-0",
        "1e-999",
        r#""\ud800""#,
        r#""\u0000""#,
        "[]",
        "{}",
        "[[[[]]]]",
        r#""""#,
        "true",
        r#"{"":{"":null}}"#,
        "123456789012345678901234567890",
        r#""0000-01-01T00:00:00+23:59""#,
        r#""9999-12-31T23:59:59-23:59""#,
        r#""2016-12-31T23:59:60Z""#,
    ];
    let admin = fixture.admin().await;
    for operation in operations::all() {
        let Some(Value::Object(good)) = operation.body(agent) else { continue };
        let known = TEXTS.iter().map(|&key| key.to_owned());
        let known =
            known.chain(["tags", "is_dnd", "lead_source", "custom_fields", "created_at"].map(str::to_owned));
        let known = known.chain(["duration", "active", "name", "expires_at"].map(str::to_owned));
        for key in good.keys().cloned().chain(known) {
            for value in unusual {
                let mut others = good.clone();
                others.remove(&key);
                let mut body = serde_json::to_string(&others).unwrap();
                body.pop();
                let comma = if others.is_empty() { "" } else { "," };
                body.push_str(&format!("{comma}\"{key}\":{value}}}"));
                let path = operation.path_for(fixture.id);
                let response = send_text(&admin, operation.method.clone(), &path, body.clone()).await;
                // A name that exists is a conflict, and the ID in the path may be unknown.
                let is_expected = match response.status {
                    404 => operation.expected_problem().is_some(),
                    409 => operation.needs_admin(),
                    status => matches!(status, 200 | 201 | 400),
                };
                assert!(is_expected, "{} {body}: {response:#?}", operation.id);
            }
        }
    }
    // The contact can still be read.
    fixture.read().await;
}
