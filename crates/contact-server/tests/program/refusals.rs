//! Errors at startup: one line on standard error without secrets, and an exit code.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use serde_json::json;
use tokio::net::TcpListener;

use crate::process::{Finished, Server, finish, on_database, run};
use crate::sql;

/// A password that must not appear in the output.
const PASSWORD: &str = "secret-password-4711";

on_both_databases!(
    error_contains_a_port_that_is_in_use,
    database_of_a_newer_version_is_refused,
    server_ends_if_a_newer_version_migrates_its_database,
);

/// Adds a migration that this version does not know.
const MIGRATED_BY_A_NEWER_VERSION: &str =
    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
     SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";

async fn error_contains_a_port_that_is_in_use(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = finish(on_database(database.url(), &["--listen", &address])).await.error_line();
    assert!(line.contains(&format!("cannot listen on {address}")), "{line}");
    assert!(line.contains("in use"), "{line}");
}

/// The older version does not know the rules of the newer one.
async fn server_ends_if_a_newer_version_migrates_its_database(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let contact = server.caller(&key).create(&json!({ "full_name": "jane doe" })).await;
    sql::execute(&database, MIGRATED_BY_A_NEWER_VERSION).await;
    let ended = server.wait().await;
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    let errors = ended.stderr_without_audit();
    assert!(errors.starts_with("error: ") && errors.lines().count() == 1, "{errors}");
    assert!(errors.contains("migration 9999") && errors.contains("newer version"), "{errors}");

    sql::execute(&database, "DELETE FROM _sqlx_migrations WHERE version = 9999").await;
    let server = Server::start(database.url()).await;
    assert_eq!(server.caller(&key).get(&contact).await.0, 200, "the acknowledged contact is stored");
}

async fn database_of_a_newer_version_is_refused(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    run(database.url(), &["migrate"]).await.text();
    sql::execute(&database, MIGRATED_BY_A_NEWER_VERSION).await;
    for arguments in [&["--listen", "127.0.0.1:0"][..], &["migrate"], &["company", "list"]] {
        let line = run(database.url(), arguments).await.error_line();
        assert!(line.contains("migration 9999") && line.contains("newer version"), "{line}");
    }
}

#[tokio::test]
async fn error_about_a_database_does_not_contain_its_password() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a file");
    std::fs::write(&file, "no database").unwrap();
    let below_a_file = format!("sqlite://{}/contacts.db", file.display());
    let no_database = format!("sqlite://{}", file.display());
    let a_directory = format!("sqlite://{}", directory.path().display());
    // No server listens on port 1.
    let unreachable = format!("postgres://contacts:{PASSWORD}@127.0.0.1:1/contacts");
    let unreadable = format!("postgres://contacts:{PASSWORD}@127.0.0.1:port/contacts");
    let unknown = format!("mysql://contacts:{PASSWORD}@127.0.0.1/contacts");
    for (url, expected) in [
        (below_a_file.as_str(), "a file of the SQLite file cannot be created: "),
        (&no_database, "a file cannot be opened"),
        (&a_directory, "cannot be opened"),
        ("sqlite::memory:", "an in-memory database is not durable"),
        ("sqlite://", "use sqlite://path/to/contacts.db"),
        ("contacts.db", "must begin with sqlite:// or postgres://"),
        ("", "must begin with sqlite:// or postgres://"),
        (&unreachable, "the PostgreSQL database at 127.0.0.1:1 cannot be opened: "),
        (&unreachable, "refused"),
        (&unreadable, "use postgres://user:password@host:5432/database"),
        (&unknown, "must begin with sqlite:// or postgres://"),
    ] {
        for arguments in [&["--listen", "127.0.0.1:0"][..], &["company", "list"]] {
            let arguments = [&["--database-timeout", "1"], arguments].concat();
            let refused = run(url, &arguments).await;
            assert_no_password(&refused);
            let line = refused.error_line();
            assert!(line.contains(expected) && line.contains("--database-url"), "{url}: {line}");
        }
    }
}

fn assert_no_password(refused: &Finished) {
    let output = format!("{}{}", refused.stdout, refused.stderr);
    assert!(!output.contains(PASSWORD), "{output}");
}
