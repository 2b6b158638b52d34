//! `PATCH /contacts/{contact_id}/`

use contact_testing::{Backend, TestServer, on_both_databases};
use serde_json::json;

on_both_databases!(the_documentations_own_request_gets_the_twelve_keys);

async fn the_documentations_own_request_gets_the_twelve_keys(backend: Backend) {
    let server = TestServer::start(backend).await;
    let company = server.company().await;
    let id = company.create(json!({})).await;
    let body = r#"
{
  "full_name": "<string>",
  "first_name": "<string>",
  "last_name": "<string>",
  "email": "<string>",
  "phone_number": "<string>",
  "business_name": "<string>",
  "notes": "<string>",
  "tags": [
    "<string>"
  ],
  "is_dnd": true,
  "lead_source": "<string>",
  "custom_fields": {}
}
"#;
    let request = company.request(reqwest::Method::PATCH, &format!("/contacts/{id}/"));
    let answer = company.send(request.header("Content-Type", "application/json").body(body)).await;
    assert_eq!(answer.status, 200);
    let contact = answer.json();
    let created_at = contact["created_at"].clone();
    assert_eq!(
        contact,
        json!({
            "id": id,
            "name": "<string>",
            "email": "<string>",
            "phone": "<string>",
            "business_name": "<string>",
            "notes": "<string>",
            "tags": ["<string>"],
            "lead_source": "manual",
            "is_dnd": true,
            "profile_picture_url": null,
            "last_activity": null,
            "created_at": created_at,
        })
    );
}
