//! The three keys that name a contact.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::stage::Stage;

on_both_databases!(
    a_full_name_also_updates_both_parts,
    a_full_name_is_assigned_as_sent,
    a_null_or_blank_full_name_clears_both_parts,
    a_part_sent_beside_a_full_name_wins_for_its_own_column,
    a_part_sent_alone_composes_the_name_anew,
);

async fn names(stage: &Stage) -> [Value; 3] {
    let mut contact = stage.read().await;
    ["name", "first_name", "last_name"].map(|key| contact[key].take())
}

async fn jane(backend: Backend) -> Stage {
    let stage = Stage::with(backend, json!({})).await;
    stage.company.update(stage.id, json!({ "full_name": "Jane Doe" })).await;
    assert_eq!(names(&stage).await, ["Jane Doe", "Jane", "Doe"].map(Value::from));
    stage
}

async fn a_full_name_also_updates_both_parts(backend: Backend) {
    let stage = jane(backend).await;
    for (sent, first, last) in [
        ("Ann Lee", json!("Ann"), json!("Lee")),
        ("Cher", json!("Cher"), json!(null)),
        ("Jan van der Berg", json!("Jan"), json!("van der Berg")),
        ("  Ann   Mary  Lee ", json!("Ann"), json!("Mary  Lee")),
        ("李\u{3000}小龍", json!("李"), json!("小龍")),
        ("<string>", json!("<string>"), json!(null)),
    ] {
        let answered = stage.company.update(stage.id, json!({ "full_name": sent })).await;
        assert_eq!(answered["name"], sent);
        assert_eq!(names(&stage).await, [json!(sent), first, last]);
    }
}

async fn a_full_name_is_assigned_as_sent(backend: Backend) {
    let stage = jane(backend).await;
    for sent in ["jane DOE", "o'brien", " jane ", "ANNE-marie"] {
        stage.company.update(stage.id, json!({ "full_name": sent })).await;
        assert_eq!(stage.read().await["name"], sent);
    }
}

async fn a_null_or_blank_full_name_clears_both_parts(backend: Backend) {
    let stage = jane(backend).await;
    for (sent, name) in
        [(json!(null), json!(null)), (json!(""), json!("")), (json!(" \t\u{a0}"), json!(" \t\u{a0}"))]
    {
        stage.company.update(stage.id, json!({ "full_name": "Jane Doe" })).await;
        stage.company.update(stage.id, json!({ "full_name": sent })).await;
        assert_eq!(names(&stage).await, [name, json!(null), json!(null)], "{sent}");
    }
}

async fn a_part_sent_beside_a_full_name_wins_for_its_own_column(backend: Backend) {
    let stage = jane(backend).await;
    for (sent, expected) in [
        (json!({ "full_name": "Ann Lee", "first_name": "Anna" }), json!(["Ann Lee", "Anna", "Lee"])),
        (json!({ "full_name": "Ann Lee", "last_name": "Li" }), json!(["Ann Lee", "Ann", "Li"])),
        (
            json!({ "last_name": "Li", "first_name": null, "full_name": "Ann Lee" }),
            json!(["Ann Lee", null, "Li"]),
        ),
        (json!({ "full_name": null, "first_name": "Ann" }), json!([null, "Ann", null])),
        (json!({ "full_name": "Cher", "last_name": "" }), json!(["Cher", "Cher", ""])),
    ] {
        stage.company.update(stage.id, sent.clone()).await;
        assert_eq!(json!(names(&stage).await), expected, "{sent}");
    }
}

async fn a_part_sent_alone_composes_the_name_anew(backend: Backend) {
    let stage = jane(backend).await;
    for (sent, expected) in [
        (json!({ "first_name": "Ann" }), json!(["Ann Doe", "Ann", "Doe"])),
        (json!({ "last_name": "van der Berg" }), json!(["Ann van der Berg", "Ann", "van der Berg"])),
        (json!({ "first_name": "" }), json!(["van der Berg", "", "van der Berg"])),
        (json!({ "last_name": null }), json!([null, "", null])),
        (json!({ "first_name": "Ann" }), json!(["Ann", "Ann", null])),
        (json!({ "first_name": null, "last_name": "Lee" }), json!(["Lee", null, "Lee"])),
        (
            json!({ "first_name": "ann mary", "last_name": " lee" }),
            json!(["ann mary  lee", "ann mary", " lee"]),
        ),
        (json!({ "first_name": null, "last_name": null }), json!([null, null, null])),
    ] {
        stage.company.update(stage.id, sent.clone()).await;
        assert_eq!(json!(names(&stage).await), expected, "{sent}");
    }
}
