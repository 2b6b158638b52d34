//! The commands `migrate` and `company`, also while a server uses the same database.

use contact_testing::{Backend, TestDatabase, on_both_databases, wait};
use serde_json::json;

use crate::process::{Server, json, on_database, run, table};
use crate::redaction::redact;

on_both_databases!(
    migrate_creates_the_schema_but_no_company,
    companies_are_created_changed_and_listed_while_a_server_runs,
    companies_are_shown_as_a_table,
    contacts_are_matched_by_the_new_country,
    commands_of_earlier_versions_still_work,
    invalid_input_is_refused_in_one_line,
    closed_standard_output_is_no_error,
);

async fn closed_standard_output_is_no_error(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    run(database.url(), &["migrate"]).await.text();
    for arguments in [&["company", "list"][..], &["openapi"]] {
        let mut child = on_database(database.url(), arguments).spawn().unwrap();
        // As with `| head -0`.
        drop(child.stdout.take());
        assert_eq!(wait(child).await.text(), "");
    }
}

async fn migrate_creates_the_schema_but_no_company(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    assert_eq!(table(database.url(), &["migrate"]).await, "The schema is up to date.\n");
    assert_eq!(
        json(database.url(), &["migrate"]).await,
        json!({ "migrated": true }),
        "a second migration changes nothing"
    );
    assert_eq!(json(database.url(), &["company", "list"]).await, json!([]));
    let server = Server::start(database.url()).await;
    server.first_key().await;
}

async fn companies_are_created_changed_and_listed_while_a_server_runs(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &["--country", "DE"]).await;
    server.first_key().await;

    let create = ["company", "create", "Example Ltd", "--country", "gb"];
    let created = json(database.url(), &create).await;
    let id = created["id"].as_str().unwrap();
    let expected = json!({
        "id": id, "name": "Example Ltd", "country": "GB", "read_rate_limit": "default",
        "write_rate_limit": "default", "created_at": created["created_at"],
    });
    assert_eq!(created, expected);

    let renamed = json(database.url(), &["company", "update", id, "--name", "Example GmbH"]).await;
    assert_eq!((&renamed["name"], &renamed["country"]), (&json!("Example GmbH"), &json!("GB")));
    let changed = json(database.url(), &["company", "update", id, "--country", "DE"]).await;
    assert_eq!((&changed["name"], &changed["country"]), (&json!("Example GmbH"), &json!("DE")));

    let limits = ["--read-rate-limit", "200", "--write-rate-limit", "none"];
    let changed = json(database.url(), &[&["company", "update", id][..], &limits].concat()).await;
    assert_eq!((&changed["read_rate_limit"], &changed["write_rate_limit"]), (&json!("200"), &json!("none")));
    assert_eq!(changed["country"], "DE");

    let listed = json(database.url(), &["company", "list"]).await;
    assert_eq!(listed.as_array().unwrap().len(), 2, "the oldest first: {listed}");
    assert_eq!((&listed[0]["name"], &listed[0]["country"]), (&json!("My company"), &json!("DE")));
    assert_eq!(listed[1], changed);
}

async fn companies_are_shown_as_a_table(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    run(database.url(), &["migrate"]).await.text();
    for (name, country) in [("Example Ltd", "GB"), ("Ähnliches & Co", "DE")] {
        run(database.url(), &["company", "create", name, "--country", country]).await.text();
    }
    let listed = json(database.url(), &["company", "list"]).await;
    let shown = table(database.url(), &["company", "list"]).await;
    let values = [
        (&listed[0]["id"], "ID_1"),
        (&listed[0]["created_at"], "TIME_1"),
        (&listed[1]["id"], "ID_2"),
        (&listed[1]["created_at"], "TIME_2"),
    ];
    insta::assert_snapshot!("company_list", redact(&shown, values));

    let id = listed[0]["id"].as_str().unwrap();
    let shown = table(database.url(), &["company", "update", id, "--name", "Example PLC"]).await;
    insta::assert_snapshot!("company_update", redact(&shown, values.into_iter().take(2)));
}

async fn contacts_are_matched_by_the_new_country(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start_with(database.url(), &["--country", "US"]).await;
    let caller = server.caller(&server.first_key().await);
    let contact = caller.create(&json!({})).await;
    let (status, _) = caller.patch(&contact, &json!({ "phone_number": "030 901820" })).await;
    assert_eq!(status, 200);

    let company = json(database.url(), &["company", "list"]).await[0]["id"].as_str().unwrap().to_owned();
    run(database.url(), &["company", "update", &company, "--country", "DE"]).await.text();

    let found = caller.create(&json!({ "phone_number": "+49 30 901820" })).await;
    assert_eq!(found, contact, "the running server parses the phone by the new country");
}

async fn commands_of_earlier_versions_still_work(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let url = database.url();
    run(url, &["migrate"]).await.text();
    let company = json(url, &["company", "create", "--name", "Example Ltd", "--country", "GB"]).await;
    let company = company["id"].as_str().unwrap();
    let key = json(url, &["key", "create", "--company", company]).await;
    assert_eq!(json(url, &["api-key", "list"]).await[0]["id"], key["id"]);
    json(url, &["custom-field", "create", "--company", company, "--name", "Plan"]).await;
    let rename = ["custom-field", "rename", "--company", company, "--name", "Plan", "--new-name", "Tariff"];
    assert_eq!(json(url, &rename).await["name"], "Tariff");
    json(url, &["custom-field", "delete", "--company", company, "--name", "Tariff", "--yes"]).await;
    assert_eq!(json(url, &["custom-field", "list", "--company", company]).await, json!([]));
    let listed = run(url, &["company", "list", "--output", "text"]).await.text();
    assert!(listed.starts_with("ID  "), "{listed}");
}

async fn invalid_input_is_refused_in_one_line(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let url = database.url();
    run(url, &["migrate"]).await.text();
    let unknown = "00000000-0000-0000-0000-000000000000";
    for (arguments, expected) in [
        (&["company", "create", " ", "--country", "US"][..], "must not be blank"),
        (&["company", "update", unknown, "--name", "x"], "there is no such company"),
        (&["api-key", "create", "--company", unknown], "there is no such company"),
        (&["api-key", "revoke", unknown, "--yes"], "there is no such API key"),
        (&["custom-field", "create", "--company", unknown, "x"], "there is no such company"),
    ] {
        let line = run(url, arguments).await.error_line();
        assert!(line.contains(expected), "{arguments:?}: {line}");
    }
    for (arguments, expected) in [
        (&["company", "create", "x", "--country", "XX"][..], "`XX` is not a country: use a two-letter"),
        (&["company", "update", unknown], "--country <CODE>"),
        (&["company", "update", "7", "--name", "x"], "'7' for '<ID>'"),
        (&["api-key", "create", "--company", unknown, "--access", "owner"], "use read, write or admin"),
        (
            &["api-key", "create", "--company", unknown, "--expires-at", "noon"],
            "'noon' for '--expires-at <TIME>'",
        ),
        (&["custom-field", "create", "--company", unknown, "x", "--type", "url"], "`url` is not a type"),
        (&["--output", "yaml", "company", "list"], "'yaml' for '--output <FORMAT>'"),
        (&["--pool-size", "1", "company", "list"], "1 is not in 4..=1000"),
        (&["--arrival-timeout", "0"], "use more than 0 and at most 86400 seconds"),
        (&["--listen", "8080"], "'8080' for '--listen <ADDRESS:PORT>'"),
        (&["api-key", "revoke", "urn:uuid:00000000-0000-0000-0000-000000000000"], "a UUID with hyphens"),
        (&["api-key", "list", "--company", "00000000000000000000000000000000"], "a UUID with hyphens"),
        (&["compani"], "company"),
    ] {
        let refused = run(url, arguments).await;
        assert_eq!(refused.code, Some(2), "{arguments:?}: {refused:#?}");
        assert_eq!(refused.stdout, "", "{arguments:?}");
        let is_expected = refused.stderr.starts_with("error: ") && refused.stderr.contains(expected);
        assert!(is_expected, "{arguments:?}: {}", refused.stderr);
    }
    assert_eq!(json(url, &["company", "list"]).await, json!([]), "nothing was written");
}
