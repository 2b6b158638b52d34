//! How a create names a contact.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::stage::Stage;

on_both_databases!(
    a_full_name_is_title_cased_and_split,
    a_blank_or_null_full_name_leaves_both_parts_empty,
    parts_are_taken_as_sent,
    an_existing_contacts_name_follows_the_same_rules,
);

async fn names_of(stage: &Stage, body: Value) -> Value {
    let id = stage.company.create(body).await;
    let contact = stage.company.read(id).await;
    json!([contact["name"], contact["first_name"], contact["last_name"]])
}

async fn a_full_name_is_title_cased_and_split(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    for (sent, expected) in [
        ("jane doe", json!(["Jane Doe", "Jane", "Doe"])),
        ("JANE DOE", json!(["Jane Doe", "Jane", "Doe"])),
        ("  jane \t  doe  ", json!(["Jane Doe", "Jane", "Doe"])),
        ("ronald McDonald", json!(["Ronald McDonald", "Ronald", "McDonald"])),
        ("patrick o'brien", json!(["Patrick O'Brien", "Patrick", "O'Brien"])),
        ("ANNE-MARIE VAN DER BERG", json!(["Anne-Marie Van Der Berg", "Anne-Marie", "Van Der Berg"])),
        ("élodie ÖZTÜRK", json!(["Élodie Öztürk", "Élodie", "Öztürk"])),
        ("ßen", json!(["Ssen", "Ssen", null])),
        ("李 小龍", json!(["李 小龍", "李", "小龍"])),
        ("cher", json!(["Cher", "Cher", null])),
        ("<string>", json!(["<string>", "<string>", null])),
    ] {
        assert_eq!(names_of(&stage, json!({ "full_name": sent })).await, expected, "{sent:?}");
    }
}

async fn a_blank_or_null_full_name_leaves_both_parts_empty(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    assert_eq!(names_of(&stage, json!({ "full_name": null })).await, json!([null, null, null]));
    for blank in ["", " ", "\t\u{a0}\u{3000}"] {
        let names = names_of(&stage, json!({ "full_name": blank })).await;
        assert_eq!((&names[1], &names[2]), (&json!(null), &json!(null)), "{blank:?}");
    }
}

async fn parts_are_taken_as_sent(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    for (sent, expected) in [
        (json!({ "first_name": "jane", "last_name": "DOE" }), json!(["jane DOE", "jane", "DOE"])),
        (json!({ "first_name": "jane" }), json!(["jane", "jane", null])),
        (json!({ "last_name": "doe" }), json!(["doe", null, "doe"])),
        (json!({ "first_name": "", "last_name": "doe" }), json!(["doe", "", "doe"])),
        (json!({ "first_name": null, "last_name": null }), json!([null, null, null])),
        (json!({ "full_name": "jane doe", "first_name": "JD" }), json!(["Jane Doe", "JD", "Doe"])),
        (json!({ "full_name": "jane doe", "last_name": null }), json!(["Jane Doe", "Jane", null])),
    ] {
        assert_eq!(names_of(&stage, sent.clone()).await, expected, "{sent}");
    }
}

async fn an_existing_contacts_name_follows_the_same_rules(backend: Backend) {
    let stage = Stage::full(backend).await;
    for (sent, expected) in [
        (json!({}), json!(["Jane Doe", "Jane", "Doe"])),
        (json!({ "full_name": "ann lee" }), json!(["Ann Lee", "Ann", "Lee"])),
        (json!({ "first_name": "anna" }), json!(["anna Lee", "anna", "Lee"])),
        (json!({ "full_name": null }), json!([null, null, null])),
    ] {
        let mut body = sent.clone();
        body["phone_number"] = json!("+14155552671");
        assert_eq!(names_of(&stage, body).await, expected, "{sent}");
        assert_eq!(json!(expected[0]), stage.read().await["name"]);
    }
}
