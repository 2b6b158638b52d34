//! Commands on a path, or a PostgreSQL database, that holds no contacts database.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use serde_json::json;

use crate::process::{finish, json, program, run};

on_both_databases!(
    a_command_on_a_missing_database_creates_nothing_and_names_the_place,
    creating_a_company_creates_the_database_and_names_it,
);

const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

async fn a_command_on_a_missing_database_creates_nothing_and_names_the_place(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    for arguments in [
        &["company", "list"][..],
        &["company", "update", NOBODY, "--name", "x"],
        &["key", "create", "--company", NOBODY],
        &["key", "list"],
        &["key", "revoke", NOBODY],
        &["custom-field", "create", "--company", NOBODY, "--name", "x"],
        &["custom-field", "list", "--company", NOBODY],
    ] {
        let line = run(database.url(), arguments).await.refusal();
        assert!(line.starts_with("there is no contacts database at "), "{arguments:?}: {line}");
        assert!(line.contains(&place(&database)), "{arguments:?}: {line}");
        assert!(line.contains("`contact-server migrate` creates one"), "{arguments:?}: {line}");
    }
    run(database.url(), &["migrate"]).await.text();
    assert_eq!(json(database.url(), &["company", "list"]).await, json!([]));
}

async fn creating_a_company_creates_the_database_and_names_it(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let create = ["company", "create", "--name", "Example Ltd", "--country", "GB", "--output", "json"];
    let created = run(database.url(), &create).await;
    let (stdout, stderr) = (&created.stdout, created.complaints());
    assert!(created.status.success(), "{stderr}");
    let company: serde_json::Value = serde_json::from_str(stdout).unwrap();
    assert!(stderr.starts_with("note: created the contacts database at "), "{stderr}");
    assert!(stderr.contains(&place(&database)), "{stderr}");
    assert_eq!(json(database.url(), &["company", "list"]).await, json!([company]));
    json(database.url(), &create[..6]).await;
}

#[tokio::test]
async fn a_command_in_another_folder_leaves_it_empty() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(["company", "list"]);
    command.current_dir(folder.path());
    let line = finish(command).await.refusal();
    let path = folder.path().canonicalize().unwrap().join("data/contacts.db");
    assert!(line.contains(&format!("no contacts database at {}:", path.display())), "{line}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_empty_file_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    std::fs::write(&path, "").unwrap();
    let line = run(&format!("sqlite://{}", path.display()), &["key", "list"]).await.refusal();
    assert!(line.contains("no contacts database"), "{line}");
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}

/// Returns the part of the address that an error may repeat: the path, or the host.
fn place(database: &TestDatabase) -> String {
    let url = database.url();
    match url.strip_prefix("sqlite://") {
        Some(path) => path.to_owned(),
        None => url.rsplit('@').next().unwrap().split('/').next().unwrap().to_owned(),
    }
}
