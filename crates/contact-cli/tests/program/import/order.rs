//! Rows of one contact apply in the order of the file, however many requests are under way.

use contact_client::model::limits;
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use super::Table;
use super::gate::Gate;
use crate::process::finish;
use crate::stage::Stage;

on_both_databases!(the_last_row_of_a_contact_counts);

async fn the_last_row_of_a_contact_counts(backend: Backend) {
    let stage = Stage::start(backend).await;
    // The same contact in each batch, by its phone in many spellings, and by its email.
    let mut table = Table::new("email,phone,notes");
    for batch in 0..5 {
        table.add_others(500);
        let phone =
            ["+14155552671", "(415) 555-2671", "1 415 555 2671", "415.555.2671", "001 415 555 2671"][batch];
        table.add(&format!("Jane@Example.com,{phone},{batch}"));
        table.add_others(499);
    }
    table.add("JANE@example.com,,last");
    let summary = stage.import("many.csv", table.text, &["--concurrency", "5"]).await.summary(0);
    assert_eq!((&summary["rows"], &summary["created"]), (&json!(5_001), &json!(4_996)));
    let answer = stage.company.get("/contacts/?email=jane@example.com").await.json();
    assert_eq!(answer["results"][0]["notes"], "last");
    assert_eq!(answer["results"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_waits_for_those_before_it_with_the_same_contact() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let mut table = Table::new("email,phone,notes");
    for (batch, email) in [(1, "jane"), (2, "jane"), (3, "kim"), (4, "zoe")] {
        table.add(&format!("{email}@example.com,,{batch}"));
        table.add_others(999);
    }
    let path = stage.file("many.csv", table.text);
    let mut command = stage.program(&["import", path.to_str().unwrap(), "--concurrency", "3"]);
    command.env("CONTACTS_URL", &gate.url);
    let running = tokio::spawn(finish(command));

    // The first and the third come, in whatever order: the second is for the contact of the first.
    let mut free = [gate.next().await, gate.next().await];
    free.sort_by_key(|batch| batch.items[0]["notes"].to_string());
    let [first, third] = free;
    assert_eq!((&first.items[0]["notes"], &third.items[0]["notes"]), (&json!("1"), &json!("3")));
    third.let_through();
    let fourth = gate.next().await;
    assert_eq!(fourth.items[0]["notes"], "4", "the second still waits");
    first.let_through();
    let second = gate.next().await;
    assert_eq!(second.items[0]["notes"], "2");
    second.let_through();
    fourth.let_through();
    assert_eq!(running.await.unwrap().summary(0)["rows"], 4_000);
    let jane = stage.company.get("/contacts/?email=jane@example.com").await.json();
    assert_eq!(jane["results"][0]["notes"], "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_too_long_for_one_request_are_sent_in_several() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let notes = "x".repeat(limits::NOTES);
    let mut table = Table::new("email,notes");
    for row in 0..300 {
        table.add(&format!("jane.{row}@example.com,{notes}"));
    }
    let never = "\\".repeat(limits::BATCH_BODY / 2);
    table.add(&format!("never@example.com,{never}"));
    let path = stage.file("long.csv", table.text);
    let mut command = stage.program(&["import", path.to_str().unwrap(), "--concurrency", "1"]);
    command.env("CONTACTS_URL", &gate.url);
    let running = tokio::spawn(finish(command));
    let mut items = 0;
    while items < 300 {
        let batch = gate.next().await;
        assert!(
            batch.bytes <= limits::SINGLE_TRANSACTION_BATCH_BODY && batch.items.len() < 300,
            "{}",
            batch.bytes
        );
        items += batch.items.len();
        batch.let_through();
    }
    let done = running.await.unwrap();
    let summary = done.summary(1);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(300), &json!(1)));
    assert!(done.stderr.contains("line 302: it is longer than the 4194304 bytes"), "{}", done.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_sent_of_rows_counts_for_how_many_are_in_memory() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let picture = "x".repeat(1024 * 1024);
    let file: String = (0..40)
        .map(|row| format!("{{\"email\": \"jane.{row}@example.com\", \"picture\": \"{picture}\"}}\n"))
        .collect();
    let path = stage.file("pictures.ndjson", file);
    let mut command = stage.program(&["import", path.to_str().unwrap(), "--concurrency", "1"]);
    command.env("CONTACTS_URL", &gate.url);
    let running = tokio::spawn(finish(command));
    let mut items = 0;
    while items < 40 {
        let batch = gate.next().await;
        assert!(batch.items.len() <= limits::BATCH_BODY / picture.len(), "{}", batch.items.len());
        items += batch.items.len();
        batch.let_through();
    }
    assert_eq!(running.await.unwrap().summary(0)["created"], 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_would_make_contacts_twice_are_not_overtaken() {
    let stage = Stage::start(Backend::Sqlite).await;
    for more in ["--allow-unmatched", "--exact"] {
        let mut gate = Gate::before(&stage.server.url).await;
        let file: String = (0..3_000).map(|row| format!("{{\"name\": \"Jane {row}\"}}\n")).collect();
        let path = stage.file("people.ndjson", file);
        let mut command = stage.program(&["import", path.to_str().unwrap(), "--concurrency", "3", more]);
        command.env("CONTACTS_URL", &gate.url);
        let running = tokio::spawn(finish(command));
        let first = gate.next().await;
        assert!(first.items[0].to_string().contains("\"Jane 0\""), "{more}: {}", first.items[0]);
        first.refuse(axum::http::StatusCode::UNAUTHORIZED, "unauthorized");
        // Had the others come, they would hold it up: no one lets them through.
        let stopped = running.await.unwrap();
        let summary = stopped.summary(4);
        assert_eq!((&summary["done"], &summary["created"]), (&json!(0), &json!(0)), "{more}");
        assert!(
            stopped.stderr.contains("look first whether rows behind them are there"),
            "{}",
            stopped.stderr
        );
    }
}
