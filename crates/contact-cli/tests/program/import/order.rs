//! The order and the size of batches.

use contact_client::model::{ProblemType, limits};
use contact_testing::{Backend, on_both_databases, refuse};
use serde_json::json;

use super::{Table, items};
use crate::process::finish;
use crate::stage::Stage;

on_both_databases!(the_last_row_for_a_contact_wins);

async fn the_last_row_for_a_contact_wins(backend: Backend) {
    let stage = Stage::start(backend).await;
    // Each batch updates the same contact, with its phone number in another spelling.
    let mut table = Table::new("email,phone,notes");
    for batch in 0..5 {
        table.add_others(500);
        let phone =
            ["+14155552671", "(415) 555-2671", "1 415 555 2671", "415.555.2671", "001 415 555 2671"][batch];
        table.add(&format!("Jane@Example.com,{phone},{batch}"));
        table.add_others(499);
    }
    table.add("JANE@example.com,,last");
    let summary = stage.import("many.csv", table.text, &[]).await.summary(0);
    assert_eq!((&summary["rows"], &summary["created"]), (&json!(5_001), &json!(4_996)));
    let answer = stage.company.get("/contacts/?email=jane@example.com").await.json();
    assert_eq!(answer["results"][0]["notes"], "last");
    assert_eq!(answer["results"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_for_different_contacts_are_sent_at_once() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = super::gate(&stage).await;
    let mut table = Table::new("email,phone,notes");
    table.add_others(2_000);
    let path = stage.file("many.csv", table.text);
    let mut command = stage.program(&["import", path.to_str().unwrap()]);
    command.env("CONTACTS_URL", &gate.server.url);
    let running = tokio::spawn(finish(command));
    // The gate holds the first batch until it is let through, so the second one does not wait for its response.
    let (first, second) = (gate.next().await, gate.next().await);
    drop(second);
    drop(first);
    assert_eq!(running.await.unwrap().summary(0)["created"], 2_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_too_long_for_one_request_are_sent_in_several() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = super::gate(&stage).await;
    let notes = "x".repeat(limits::NOTES);
    let mut table = Table::new("email,notes");
    for row in 0..300 {
        table.add(&format!("jane.{row}@example.com,{notes}"));
    }
    let never = "\\".repeat(limits::BATCH_BODY / 2);
    table.add(&format!("never@example.com,{never}"));
    let path = stage.file("long.csv", table.text);
    let mut command = stage.program(&["import", path.to_str().unwrap()]);
    command.env("CONTACTS_URL", &gate.server.url);
    let running = tokio::spawn(finish(command));
    let mut sent = 0;
    while sent < 300 {
        let batch = gate.next().await;
        let bytes = batch.request.body.len();
        assert!(bytes <= limits::SINGLE_TRANSACTION_BATCH_BODY && items(&batch) < 300, "{bytes}");
        sent += items(&batch);
    }
    let done = running.await.unwrap();
    let summary = done.summary(1);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(300), &json!(1)));
    assert!(done.stderr.contains("line 302: it is longer than the 4194304 bytes"), "{}", done.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_that_are_not_sent_count_towards_the_size_of_a_batch() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = super::gate(&stage).await;
    let picture = "x".repeat(1024 * 1024);
    let file: String = (0..40)
        .map(|row| format!("{{\"email\": \"jane.{row}@example.com\", \"picture\": \"{picture}\"}}\n"))
        .collect();
    let path = stage.file("pictures.ndjson", file);
    let mut command = stage.program(&["import", path.to_str().unwrap()]);
    command.env("CONTACTS_URL", &gate.server.url);
    let running = tokio::spawn(finish(command));
    let mut sent = 0;
    while sent < 40 {
        let batch = gate.next().await;
        assert!(items(&batch) <= limits::BATCH_BODY / picture.len(), "{}", items(&batch));
        sent += items(&batch);
    }
    assert_eq!(running.await.unwrap().summary(0)["created"], 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_warns_if_continuing_may_create_contacts_twice() {
    let stage = Stage::start(Backend::Sqlite).await;
    for more in ["--allow-unmatched", "--exact"] {
        let mut gate = super::gate(&stage).await;
        let file: String = (0..3_000).map(|row| format!("{{\"name\": \"Jane {row}\"}}\n")).collect();
        let path = stage.file("people.ndjson", file);
        let mut command = stage.program(&["import", path.to_str().unwrap(), more]);
        command.env("CONTACTS_URL", &gate.server.url);
        let running = tokio::spawn(finish(command));
        gate.next().await.respond(refuse(ProblemType::Unauthorized, ""));
        // The import would not end if it had sent another batch, because the gate holds that.
        let stopped = running.await.unwrap();
        let summary = stopped.summary(4);
        assert_eq!((&summary["done"], &summary["created"]), (&json!(0), &json!(0)), "{more}");
        assert!(
            stopped.stderr.contains("first check whether the rows after them are there"),
            "{}",
            stopped.stderr
        );
    }
}
