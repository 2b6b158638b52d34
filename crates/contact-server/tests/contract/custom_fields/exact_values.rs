//! A value is returned exactly as it was sent.

use std::collections::BTreeMap;

use contact_model::CustomFieldType;
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::fixture::{Fixture, send_text};

on_both_databases!(values_are_returned_as_sent_with_every_digit_of_numbers);

#[derive(Deserialize)]
struct WithCustomFields {
    custom_fields: BTreeMap<String, Box<RawValue>>,
}

/// Returns the JSON text of the custom field's value in a response.
fn value_of(response: &TestResponse) -> String {
    let contact: WithCustomFields = serde_json::from_str(&response.body).expect("a contact");
    contact.custom_fields["Plan"].get().to_owned()
}

async fn values_are_returned_as_sent_with_every_digit_of_numbers(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "phone_number": "+14155552671" })).await;
    fixture.define("Plan", CustomFieldType::Any).await;
    let digits = "1234567890".repeat(30);
    let path = format!("{}?include=custom_fields", fixture.path());
    for value in [
        "1.10",
        "1e2",
        "1E+2",
        "-0",
        "-0.0",
        "0.1000",
        "1e400",
        "123456789012345678901234567890",
        &digits,
        "0.30000000000000004",
        "9007199254740993",
        "true",
        "false",
        r#""""#,
        r#""text""#,
        r#""1.10""#,
        r#"" \" \\ \n \u00e9 é \ud83d\ude00 ""#,
        "[]",
        "{}",
        r#"[1.0,[2.50,{"b":1,"a":null}]]"#,
        r#"{"z":1,"a":2,"z":3}"#,
    ] {
        let body = format!(r#"{{"custom_fields":{{"Plan":{value}}}}}"#);
        let patched = send_text(&fixture.company, Method::PATCH, &path, body.clone()).await;
        assert_eq!(patched.status, 200, "{patched:#?}");
        assert_eq!(value_of(&patched), value);
        assert_eq!(value_of(&fixture.company.get(&path).await), value);
        // Sending the same value again changes nothing, so nothing is written.
        let before = fixture.company.get(&format!("{}?include=updated_at", fixture.path())).await.body;
        send_text(&fixture.company, Method::PATCH, &path, body.clone()).await;
        assert_eq!(fixture.company.get(&format!("{}?include=updated_at", fixture.path())).await.body, before);
        let posted = fixture.company.request(Method::POST, "/contacts/?include=custom_fields");
        let posted =
            posted.header("Prefer", "return=representation").header("Content-Type", "application/json");
        assert_eq!(value_of(&fixture.company.send(posted.body(body)).await), value);
    }
}
