//! Commands with a path or a PostgreSQL database that contains no contacts database.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use serde_json::json;

use crate::process::{finish, json, program, run};

on_both_databases!(
    command_on_a_missing_database_creates_nothing_and_prints_its_path,
    creating_a_company_creates_the_database_and_prints_its_path,
);

const UNKNOWN_ID: &str = "00000000-0000-0000-0000-000000000000";

async fn command_on_a_missing_database_creates_nothing_and_prints_its_path(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    for arguments in [
        &["company", "list"][..],
        &["company", "update", UNKNOWN_ID, "--name", "x"],
        &["api-key", "create", "--company", UNKNOWN_ID],
        &["api-key", "list"],
        &["api-key", "revoke", UNKNOWN_ID],
        &["custom-field", "create", "--company", UNKNOWN_ID, "x"],
        &["custom-field", "list", "--company", UNKNOWN_ID],
    ] {
        let line = run(database.url(), arguments).await.error_line();
        assert!(line.starts_with("there is no contacts database at "), "{arguments:?}: {line}");
        assert!(line.contains(&location(&database)), "{arguments:?}: {line}");
        assert!(line.contains("`contact-server migrate` creates one"), "{arguments:?}: {line}");
    }
    run(database.url(), &["migrate"]).await.text();
    assert_eq!(json(database.url(), &["company", "list"]).await, json!([]));
}

async fn creating_a_company_creates_the_database_and_prints_its_path(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let create = ["company", "create", "Example Ltd", "--country", "GB", "--output", "json"];
    let created = run(database.url(), &create).await;
    let (stdout, stderr) = (&created.stdout, created.stderr_without_audit());
    assert!(created.code == Some(0), "{stderr}");
    let company: serde_json::Value = serde_json::from_str(stdout).unwrap();
    assert!(stderr.starts_with("note: created the contacts database at "), "{stderr}");
    assert!(stderr.contains(&location(&database)), "{stderr}");
    assert_eq!(json(database.url(), &["company", "list"]).await, json!([company]));
    json(database.url(), &create[..5]).await;
}

#[tokio::test]
async fn command_creates_no_files_in_the_working_directory() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(["company", "list"]);
    command.current_dir(folder.path());
    let line = finish(command).await.error_line();
    let path = folder.path().canonicalize().unwrap().join("data/contacts.db");
    assert!(line.contains(&format!("no contacts database at {}:", path.display())), "{line}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn empty_file_is_not_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    std::fs::write(&path, "").unwrap();
    let line = run(&format!("sqlite://{}", path.display()), &["api-key", "list"]).await.error_line();
    assert!(line.contains("no contacts database"), "{line}");
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}

/// Returns the part of the URL that an error may contain: the path, or the host.
fn location(database: &TestDatabase) -> String {
    let url = database.url();
    match url.strip_prefix("sqlite://") {
        Some(path) => path.to_owned(),
        None => url.rsplit('@').next().unwrap().split('/').next().unwrap().to_owned(),
    }
}
