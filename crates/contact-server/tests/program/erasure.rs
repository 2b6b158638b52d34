//! Erased values are removed from the files of a SQLite database, not only from its tables.

use std::fs;
use std::path::Path;
use std::time::Duration;

use contact_testing::private_directory;
use reqwest::Method;
use serde_json::json;
use sqlx::{Connection, Executor, Row, SqliteConnection};

use crate::caller::{Caller, response};
use crate::process::{Server, TEST_TIMEOUT};

/// A word in every value of the erased contacts. The search index has it in lower case, names in title case.
const MARK: &str = "zqmark";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erased_contact_is_removed_from_all_files() {
    let directory = private_directory();
    let path = directory.path().join("contacts.db");
    let url = format!("sqlite://{}", path.display());
    let server = Server::start(&url).await;
    let caller = server.caller(&server.first_key().await);
    let field = json!({ "name": "Plan", "type": "text" });
    caller.request(Method::POST, "/custom-fields/").json(&field).send().await.unwrap();
    // Pages with other rows on them are not freed as a whole.
    fill(&caller, 0).await;
    let contacts = [create_marked(&caller, 0).await, create_marked(&caller, 1).await];
    fill(&caller, 1).await;
    for contact in &contacts {
        change(&caller, contact).await;
    }
    checkpoint(&path).await;
    assert!(marks(&path) > 0, "the files contain the values before the erasure");

    for contact in &contacts {
        let erase = caller.request(Method::DELETE, &format!("{contact}?erase=true"));
        assert_eq!(erase.send().await.unwrap().status(), 204);
    }
    let left = async {
        while marks(&path) > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let left = tokio::time::timeout(TEST_TIMEOUT, left).await;
    assert!(left.is_ok(), "the files of an idle server contain {} erased values", marks(&path));
    assert_eq!(server.stop().await.stderr_without_audit(), "");
    assert_eq!(marks(&path), 0);
}

async fn fill(caller: &Caller, run: usize) {
    let items: Vec<_> = (0..200)
        .map(|i| json!({ "op": "upsert", "full_name": format!("Person {run} {i}"), "notes": "n".repeat(i * 3) }))
        .collect();
    let batch = caller.request(Method::POST, "/contacts/batch/").json(&json!({ "items": items }));
    assert_eq!(response(batch.send().await.unwrap()).await.0, 200);
}

/// Creates a contact with the mark in every value, which is too long for one page, and a stored response.
async fn create_marked(caller: &Caller, number: usize) -> String {
    let body = json!({
        "full_name": "Zqmark Zqmark", "phone_number": format!("(415) 555-26{number:02}"),
        "email": format!("zqmark{number}@zqmark.example"), "tags": [MARK], "lead_source": MARK,
        "notes": format!("{MARK} ").repeat(1_500), "custom_fields": { "Plan": format!("{MARK} ").repeat(20) },
    });
    let create = caller.request(Method::POST, "/contacts/").json(&body);
    let create = create.header("Idempotency-Key", format!("create-{number}"));
    let response = create.header("Prefer", "return=representation").send().await.unwrap();
    assert_eq!(response.status(), 201);
    response.headers()["location"].to_str().unwrap().to_owned()
}

/// Replaces the values, so that the old ones remain in deleted or shortened rows.
async fn change(caller: &Caller, contact: &str) {
    for length in [1_000, 300, 1] {
        let body = json!({
            "notes": format!("{MARK} ").repeat(length), "tags": [MARK, format!("{MARK} {length}")],
            "first_name": format!("Zqmark{length}"), "custom_fields": { "Plan": MARK },
        });
        let update = caller.request(Method::PATCH, contact).json(&body);
        let update = update.header("Idempotency-Key", format!("change-{length}"));
        assert_eq!(update.send().await.unwrap().status(), 200);
    }
}

/// Moves the write-ahead log into the database file.
async fn checkpoint(path: &Path) {
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    database.execute("PRAGMA busy_timeout = 20000").await.unwrap();
    // SQLite does not wait for a checkpoint of the server that runs at the same time.
    let complete = async {
        while database.fetch_one("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap().get::<i64, _>(0) != 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, complete).await.expect("the checkpoint is complete");
    database.close().await.unwrap();
}

/// Counts the marks in the files of the database.
fn marks(path: &Path) -> usize {
    let directory = path.parent().unwrap();
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let count = |file| {
        let content = fs::read(file).unwrap().to_ascii_lowercase();
        content.windows(MARK.len()).filter(|bytes| *bytes == MARK.as_bytes()).count()
    };
    files.map(count).sum()
}
