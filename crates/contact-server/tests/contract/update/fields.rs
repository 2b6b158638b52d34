//! The other keys of an update.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::stage::Stage;

on_both_databases!(
    an_empty_email_is_stored_as_null,
    any_other_email_is_assigned_as_sent,
    a_phone_number_is_assigned_as_provided,
    empty_texts_stay_empty,
    tags_are_replaced_and_kept_as_sent,
    is_dnd_is_set_both_ways,
    several_contacts_may_get_one_phone_and_email,
);

async fn an_empty_email_is_stored_as_null(backend: Backend) {
    let stage = Stage::full(backend).await;
    assert_eq!(stage.company.update(stage.id, json!({ "email": "" })).await["email"], json!(null));
    assert_eq!(stage.read().await["email"], json!(null));
}

async fn any_other_email_is_assigned_as_sent(backend: Backend) {
    let stage = Stage::full(backend).await;
    for email in ["<string>", "Jane.DOE@Example.COM", " jane@example.com ", "no at sign", " ", "ÄNN@x.de"] {
        assert_eq!(stage.company.update(stage.id, json!({ "email": email })).await["email"], email);
        assert_eq!(stage.read().await["email"], email);
    }
}

async fn a_phone_number_is_assigned_as_provided(backend: Backend) {
    let stage = Stage::full(backend).await;
    for phone in ["<string>", "(415) 555-2671", "4155552671", "+1 415 555 2671 ext. 5", " 1 ", "call me", ""]
    {
        let answered = stage.company.update(stage.id, json!({ "phone_number": phone })).await;
        assert_eq!((&answered["phone"], answered.get("phone_number")), (&json!(phone), None));
        assert_eq!(stage.read().await["phone"], phone);
    }
}

async fn empty_texts_stay_empty(backend: Backend) {
    let stage = Stage::full(backend).await;
    let body = json!({ "business_name": "", "notes": "", "phone_number": "" });
    stage.company.update(stage.id, body).await;
    let contact = stage.read().await;
    for key in ["business_name", "notes", "phone"] {
        assert_eq!(contact[key], "", "{key}");
    }
}

async fn tags_are_replaced_and_kept_as_sent(backend: Backend) {
    let stage = Stage::full(backend).await;
    for tags in [
        json!(["b", "a", "b", "B", "", " b", "a"]),
        json!(["new"]),
        json!([]),
        json!(["x", "x"]),
        json!(["名", "\"quoted\", \\ and {braces}", "NULL"]),
    ] {
        assert_eq!(stage.company.update(stage.id, json!({ "tags": tags })).await["tags"], tags);
        assert_eq!(stage.read().await["tags"], tags);
    }
}

async fn is_dnd_is_set_both_ways(backend: Backend) {
    let stage = Stage::full(backend).await;
    for is_dnd in [true, false, true] {
        assert_eq!(stage.company.update(stage.id, json!({ "is_dnd": is_dnd })).await["is_dnd"], is_dnd);
        assert_eq!(stage.read().await["is_dnd"], is_dnd);
    }
}

async fn several_contacts_may_get_one_phone_and_email(backend: Backend) {
    let stage = Stage::full(backend).await;
    let other = stage.company.create(json!({ "phone_number": "+14155552699" })).await;
    let same = json!({ "phone_number": "+14155552671", "email": "jane@example.com" });
    stage.company.update(other, same).await;
    let (one, two) = (stage.read().await, stage.company.read(other).await);
    assert_eq!((&one["phone"], &one["email"]), (&two["phone"], &two["email"]));
}
