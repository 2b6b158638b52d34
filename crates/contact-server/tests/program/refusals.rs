//! Errors at startup: one line on standard error without secrets, and an exit code.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use tokio::net::TcpListener;

use crate::process::{Finished, finish, on_database, run};
use crate::sql;

/// A password that must not appear in the output.
const PASSWORD: &str = "secret-password-4711";

on_both_databases!(error_contains_a_port_that_is_in_use, database_of_a_newer_version_is_refused,);

async fn error_contains_a_port_that_is_in_use(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = finish(on_database(database.url(), &["--listen", &address])).await.error_line();
    assert!(line.contains(&format!("cannot listen on {address}")), "{line}");
    assert!(line.contains("in use"), "{line}");
}

async fn database_of_a_newer_version_is_refused(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    run(database.url(), &["migrate"]).await.text();
    sql::execute(
        &database,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
    )
    .await;
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
