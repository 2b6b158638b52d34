//! Which contacts `custom_fields[Name]` finds if the field has the type `any`.

use contact_model::CustomFieldType;
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::fixture::{Fixture, send_text};

on_both_databases!(value_is_found_by_its_text, text_that_is_a_number_finds_texts_and_numbers_in_every_order,);

/// A company with one contact for each of these values.
async fn with_values(backend: Backend, values: &[&str]) -> Fixture {
    let fixture = Fixture::with(backend, json!({})).await;
    fixture.define("Plan", CustomFieldType::Any).await;
    for (number, value) in values.iter().enumerate() {
        let body = format!(r#"{{"full_name":"Jane {number}","custom_fields":{{"Plan":{value}}}}}"#);
        let created = send_text(&fixture.company, Method::POST, "/contacts/", body).await;
        assert_eq!(created.status, 201, "{created:#?}");
    }
    fixture
}

/// Returns the numbers of the contacts that a list finds by this value, in the order of the list.
async fn found(fixture: &Fixture, value: &str, more: &str) -> Vec<usize> {
    let mut url = url::Url::parse("http://localhost/contacts/?count=true").unwrap();
    url.query_pairs_mut().append_pair("custom_fields[Plan]", value);
    let page = fixture.company.get(&format!("{}?{}{more}", url.path(), url.query().unwrap())).await;
    assert_eq!(page.status, 200, "{page:#?}");
    let page = page.json();
    let contacts = page["results"].as_array().unwrap();
    assert_eq!(page["count"], contacts.len());
    let number = |name: &str| name.strip_prefix("Jane ").unwrap().parse().unwrap();
    contacts.iter().map(|contact| number(contact["name"].as_str().unwrap())).collect()
}

async fn value_is_found_by_its_text(backend: Backend) {
    let values = ["1.50", "1e3", "[1.50, 1e3]", r#"{"a": 2.0}"#, "true", r#""gold""#, r#""007""#];
    let fixture = with_values(backend, &values).await;
    for (number, value) in values.iter().enumerate() {
        assert_eq!(found(&fixture, value.trim_matches('"'), "").await, [number], "{value}");
    }
    for (value, contacts) in
        [("1.5", &[0][..]), ("1000", &[1]), ("[1.50,1e3]", &[2]), ("7", &[]), ("\"gold\"", &[])]
    {
        assert_eq!(found(&fixture, value, "").await, contacts, "{value}");
    }
}

async fn text_that_is_a_number_finds_texts_and_numbers_in_every_order(backend: Backend) {
    let values = ["5.0", r#""5.0""#, "5", r#""5""#, "50e-1", r#""50e-1""#, "6"];
    let fixture = with_values(backend, &values).await;
    for (sent, contacts) in [
        ("5.0", &[0, 1, 2, 3, 4][..]),
        ("50e-1", &[0, 2, 3, 4, 5]),
        // A text with an integer is found like the integer.
        ("5", &[0, 2, 3, 4]),
        ("5.00", &[0, 2, 3, 4]),
    ] {
        for sort in ["created_at", "updated_at", "name"] {
            assert_eq!(found(&fixture, sent, &format!("&sort={sort}")).await, contacts, "{sent} by {sort}");
            let backwards: Vec<usize> = contacts.iter().rev().copied().collect();
            assert_eq!(
                found(&fixture, sent, &format!("&sort=-{sort}")).await,
                backwards,
                "{sent} by -{sort}"
            );
        }
        let searched = found(&fixture, sent, "&search=jane&sort=last_activity").await;
        assert_eq!(searched.len(), contacts.len(), "{sent}");
    }
}
