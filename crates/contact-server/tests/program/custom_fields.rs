//! The commands `custom-field create | rename | list | delete`, while a server uses the same database.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use serde_json::json;

use crate::process::{Server, json, run, table};
use crate::redaction::redact;

on_both_databases!(
    created_field_accepts_values_at_once,
    renaming_a_field_keeps_its_values,
    deleting_a_field_removes_its_values,
    fields_are_shown_as_a_table,
    invalid_input_is_refused_in_one_line,
    listing_fields_of_an_unknown_company_is_refused,
);

/// Starts a server on an empty database; returns it with its first company and key.
async fn start(database: &TestDatabase) -> (Server, String, String) {
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let company = json(database.url(), &["company", "list"]).await[0]["id"].as_str().unwrap().to_owned();
    (server, company, key)
}

async fn created_field_accepts_values_at_once(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (server, company, key) = start(&database).await;
    let caller = server.caller(&key);
    let contact = caller.create(&json!({ "custom_fields": { "Plan": "gold" } })).await;
    assert_eq!(caller.custom_fields(&contact).await, json!({}), "the field does not exist yet");

    let options = ["--type", "select", "--option", "silver", "--option", "gold"];
    let create = ["custom-field", "create", "--company", &company, "Plan"];
    let created = json(database.url(), &[&create[..], &options].concat()).await;
    let expected = json!({
        "id": created["id"],
        "name": "Plan",
        "type": "select",
        "options": ["silver", "gold"],
        "created_at": created["created_at"],
    });
    assert_eq!(created, expected);
    assert_eq!(
        json(database.url(), &["custom-field", "list", "--company", &company]).await,
        json!([created])
    );

    let (status, _) = caller.patch(&contact, &json!({ "custom_fields": { "Plan": "gold" } })).await;
    assert_eq!(status, 200);
    assert_eq!(caller.custom_fields(&contact).await, json!({ "Plan": "gold" }));
    let (status, _) = caller.patch(&contact, &json!({ "custom_fields": { "Plan": "lead" } })).await;
    assert_eq!(status, 400, "the value is not an option");
}

async fn renaming_a_field_keeps_its_values(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (server, company, key) = start(&database).await;
    let caller = server.caller(&key);
    let create = ["custom-field", "create", "--company", &company, "Plan"];
    let created = json(database.url(), &create).await;
    let contact = caller.create(&json!({ "custom_fields": { "Plan": 1.10 } })).await;

    let rename = ["custom-field", "rename", "--company", &company, "Plan", "Tariff"];
    let renamed = json(database.url(), &rename).await;
    assert_eq!((&renamed["id"], &renamed["name"]), (&created["id"], &json!("Tariff")));
    assert_eq!(caller.custom_fields(&contact).await, json!({ "Tariff": 1.10 }));
}

async fn deleting_a_field_removes_its_values(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (server, company, key) = start(&database).await;
    let caller = server.caller(&key);
    for name in ["Plan", "Kept"] {
        run(database.url(), &["custom-field", "create", "--company", &company, name]).await.text();
    }
    let contact = caller.create(&json!({ "custom_fields": { "Plan": "gold", "Kept": true } })).await;

    let delete = ["custom-field", "delete", "--company", &company, "Plan", "--yes"];
    let deleted = json(database.url(), &delete).await;
    assert_eq!(deleted["deleted"]["name"], "Plan", "{deleted}");
    assert_eq!(caller.custom_fields(&contact).await, json!({ "Kept": true }));

    run(database.url(), &["custom-field", "create", "--company", &company, "Plan"]).await.text();
    let fields = caller.custom_fields(&contact).await;
    assert_eq!(fields, json!({ "Kept": true }), "a new field with the old name has no values");
}

async fn fields_are_shown_as_a_table(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (_server, company, _) = start(&database).await;
    let create = ["custom-field", "create", "--company", &company];
    let options = ["Tariff", "--type", "select", "--option", "silver", "--option", "gold"];
    run(database.url(), &[&create[..], &options].concat()).await.text();
    run(database.url(), &[&create[..], &["Birthday", "--type", "date"]].concat()).await.text();
    let list = ["custom-field", "list", "--company", &company];
    let listed = json(database.url(), &list).await;
    let shown = table(database.url(), &list).await;
    let ids = [(&listed[0]["id"], "ID_1"), (&listed[1]["id"], "ID_2")];
    insta::assert_snapshot!("custom_field_list", redact(&shown, ids));

    let delete = ["custom-field", "delete", "--company", &company, "Tariff", "--yes"];
    insta::assert_snapshot!("custom_field_delete", table(database.url(), &delete).await);
}

async fn invalid_input_is_refused_in_one_line(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (_server, company, _) = start(&database).await;
    let on = |command, rest: &[&'static str]| {
        let company = company.clone();
        let url = database.url().to_owned();
        let rest = rest.to_vec();
        async move { run(&url, &[&["custom-field", command, "--company", &company][..], &rest].concat()).await }
    };
    let line = on("delete", &["Plan"]).await.error_line();
    assert!(line.contains("the company has no custom fields"), "{line}");
    on("create", &["Plan"]).await.text();
    let line = on("delete", &["Plan"]).await.error_line();
    assert!(line.contains("--yes"), "nobody can be asked: {line}");
    on("create", &["Tariff"]).await.text();
    for (command, rest, expected) in [
        ("create", &["Plan"][..], "already has a custom field named `Plan`"),
        ("create", &[" "], "must not be blank"),
        ("create", &["Size", "--type", "select"], "needs at least one option"),
        ("create", &["Size", "--option", "L"], "Only a select field has options"),
        ("rename", &["Plan", "Tariff"], "already has a custom field named `Tariff`"),
        ("rename", &["Plan", ""], "must not be blank"),
        ("rename", &["plan", "x"], "named `plan`; it has: Plan, Tariff"),
        ("delete", &["Plam"], "named `Plam`; it has: Plan, Tariff"),
    ] {
        let line = on(command, rest).await.error_line();
        assert!(line.contains(expected), "{command} {rest:?}: {line}");
    }
    let listed = json(database.url(), &["custom-field", "list", "--company", &company]).await;
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|field| field["name"].clone()).collect();
    assert_eq!(names, ["Plan", "Tariff"], "nothing else was written");
}

async fn listing_fields_of_an_unknown_company_is_refused(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    start(&database).await;
    let unknown = "00000000-0000-0000-0000-000000000000";
    let line = run(database.url(), &["custom-field", "list", "--company", unknown]).await.error_line();
    assert!(line.contains("there is no such company"), "{line}");
}
