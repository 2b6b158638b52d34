//! What a get answers.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::stage::{NEVER_WAS, Stage, keys};

on_both_databases!(
    a_get_answers_with_the_fourteen_keys_and_no_other,
    without_pn_the_phone_does_not_matter,
    head_answers_like_get_without_a_body,
);

const FOURTEEN: [&str; 14] = [
    "active_chat_agent",
    "business_name",
    "created_at",
    "email",
    "id",
    "is_dnd",
    "last_activity",
    "lead_source",
    "name",
    "notes",
    "phone",
    "profile_picture_url",
    "recent_activity",
    "tags",
];

async fn a_get_answers_with_the_fourteen_keys_and_no_other(backend: Backend) {
    for stage in [Stage::full(backend).await, Stage::with(backend, json!({})).await] {
        let answer = stage.company.get(&stage.path()).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        let contact = answer.json();
        assert_eq!(keys(&contact), FOURTEEN);
        assert_eq!((&contact["active_chat_agent"], &contact["recent_activity"]), (&json!(null), &json!([])));
    }
}

async fn without_pn_the_phone_does_not_matter(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    for query in ["", "?pn=false", "?pn=true&pn=false"] {
        assert_eq!(stage.company.get(&format!("{}{query}", stage.path())).await.status, 200, "{query}");
    }
}

async fn head_answers_like_get_without_a_body(backend: Backend) {
    let stage = Stage::full(backend).await;
    for path in [stage.path(), format!("/contacts/{NEVER_WAS}/")] {
        let get = stage.company.get(&path).await;
        let head = stage.company.send(stage.company.request(reqwest::Method::HEAD, &path)).await;
        assert_eq!((head.status, head.body.as_str()), (get.status, ""));
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert!(head.optional_header("x-request-id").is_some());
    }
}
