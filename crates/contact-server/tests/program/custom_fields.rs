//! `custom-field create | rename | list | delete`, while a server runs on the same database.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use serde_json::json;

use crate::process::{Server, json, run};
use crate::redaction::redacted;

on_both_databases!(
    a_field_takes_values_from_its_creation_on,
    renaming_a_field_keeps_its_values,
    deleting_a_field_removes_its_values,
    fields_are_shown_as_a_table,
    wrong_input_is_told_in_a_line,
    the_fields_of_a_company_that_is_not_there_are_no_empty_list,
);

/// A server on an empty database, its first company and a key of it.
async fn start(database: &TestDatabase) -> (Server, String, String) {
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let company = json(database.url(), &["company", "list"]).await[0]["id"].as_str().unwrap().to_owned();
    (server, company, key)
}

async fn a_field_takes_values_from_its_creation_on(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (server, company, key) = start(&database).await;
    let caller = server.caller(&key);
    let contact = caller.create(&json!({ "custom_fields": { "Plan": "gold" } })).await;
    assert_eq!(caller.custom_fields(&contact).await, json!({}), "there is no such field yet");

    let options = ["--type", "select", "--option", "silver", "--option", "gold"];
    let create = ["custom-field", "create", "--company", &company, "--name", "Plan"];
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
    assert_eq!(status, 400, "it is none of the options");
}

async fn renaming_a_field_keeps_its_values(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (server, company, key) = start(&database).await;
    let caller = server.caller(&key);
    let create = ["custom-field", "create", "--company", &company, "--name", "Plan"];
    let created = json(database.url(), &create).await;
    let contact = caller.create(&json!({ "custom_fields": { "Plan": 1.10 } })).await;

    let rename = ["custom-field", "rename", "--company", &company, "--name", "Plan", "--new-name", "Tariff"];
    let renamed = json(database.url(), &rename).await;
    assert_eq!((&renamed["id"], &renamed["name"]), (&created["id"], &json!("Tariff")));
    assert_eq!(caller.custom_fields(&contact).await, json!({ "Tariff": 1.10 }));
}

async fn deleting_a_field_removes_its_values(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (server, company, key) = start(&database).await;
    let caller = server.caller(&key);
    for name in ["Plan", "Kept"] {
        run(database.url(), &["custom-field", "create", "--company", &company, "--name", name]).await.text();
    }
    let contact = caller.create(&json!({ "custom_fields": { "Plan": "gold", "Kept": true } })).await;

    let delete = ["custom-field", "delete", "--company", &company, "--name", "Plan"];
    let deleted = json(database.url(), &delete).await;
    assert_eq!(deleted["deleted"]["name"], "Plan", "{deleted}");
    assert_eq!(caller.custom_fields(&contact).await, json!({ "Kept": true }));

    run(database.url(), &["custom-field", "create", "--company", &company, "--name", "Plan"]).await.text();
    let fields = caller.custom_fields(&contact).await;
    assert_eq!(fields, json!({ "Kept": true }), "a new field of the old name begins empty");
}

async fn fields_are_shown_as_a_table(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (_server, company, _) = start(&database).await;
    let create = ["custom-field", "create", "--company", &company, "--name"];
    let options = ["Tariff", "--type", "select", "--option", "silver", "--option", "gold"];
    run(database.url(), &[&create[..], &options].concat()).await.text();
    run(database.url(), &[&create[..], &["Birthday", "--type", "date"]].concat()).await.text();
    let list = ["custom-field", "list", "--company", &company];
    let listed = json(database.url(), &list).await;
    let shown = run(database.url(), &list).await.text();
    let ids = [(&listed[0]["id"], "ID_1"), (&listed[1]["id"], "ID_2")];
    insta::assert_snapshot!("custom_field_list", redacted(&shown, ids));

    let delete = ["custom-field", "delete", "--company", &company, "--name", "Tariff"];
    insta::assert_snapshot!("custom_field_delete", run(database.url(), &delete).await.text());
}

async fn wrong_input_is_told_in_a_line(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let (_server, company, _) = start(&database).await;
    let on = |command, rest: &[&'static str]| {
        let company = company.clone();
        let url = database.url().to_owned();
        let rest = rest.to_vec();
        async move { run(&url, &[&["custom-field", command, "--company", &company][..], &rest].concat()).await }
    };
    let line = on("delete", &["--name", "Plan"]).await.refusal();
    assert!(line.contains("the company has no custom fields"), "{line}");
    on("create", &["--name", "Plan"]).await.text();
    on("create", &["--name", "Tariff"]).await.text();
    for (command, rest, told) in [
        ("create", &["--name", "Plan"][..], "has a custom field named `Plan` already"),
        ("create", &["--name", " "], "must not be blank"),
        ("create", &["--name", "Size", "--type", "select"], "needs at least one option"),
        ("create", &["--name", "Size", "--option", "L"], "Only a select field has options"),
        ("rename", &["--name", "Plan", "--new-name", "Tariff"], "has a custom field named `Tariff` already"),
        ("rename", &["--name", "Plan", "--new-name", ""], "must not be blank"),
        ("rename", &["--name", "plan", "--new-name", "x"], "named `plan`; it has: Plan, Tariff"),
        ("delete", &["--name", "Plam"], "named `Plam`; it has: Plan, Tariff"),
    ] {
        let line = on(command, rest).await.refusal();
        assert!(line.contains(told), "{command} {rest:?}: {line}");
    }
    let listed = json(database.url(), &["custom-field", "list", "--company", &company]).await;
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|field| field["name"].clone()).collect();
    assert_eq!(names, ["Plan", "Tariff"], "nothing else was written");
}

async fn the_fields_of_a_company_that_is_not_there_are_no_empty_list(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    start(&database).await;
    let nobody = "00000000-0000-0000-0000-000000000000";
    let line = run(database.url(), &["custom-field", "list", "--company", nobody]).await.refusal();
    assert!(line.contains("there is no such company"), "{line}");
}
