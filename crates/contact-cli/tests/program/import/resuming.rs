//! Stopping an import, and continuing it with `--skip`.

use std::collections::BTreeSet;

use contact_client::model::ProblemType;
use contact_testing::{Backend, Step, refuse};
use rustix::process::Signal;
use serde_json::json;
use tokio::process::Command;

use super::Table;
use crate::gate::Gate;
use crate::process::{Finished, finish, read_until, send_signal, wait, wait_after};
use crate::stage::Stage;

/// Five batches.
fn table() -> String {
    let mut table = Table::new("email");
    table.add_others(4_500);
    table.text
}

async fn count(stage: &Stage) -> u64 {
    stage.run(&["list", "--count"]).await.text().trim().parse().unwrap()
}

/// Returns the program that imports five batches, with the gate before the server.
fn import(stage: &Stage, gate: &Gate) -> Command {
    let path = stage.file("many.csv", table());
    let mut command = stage.program(&["import", path.to_str().unwrap(), "--output", "json"]);
    command.env("CONTACTS_URL", &gate.server.url);
    command
}

/// Continues the import after the rows that are done, and checks that no row is imported twice.
async fn continues(stage: &Stage, stopped: &Finished, done: u64) {
    assert!(stopped.stderr.contains(&format!("`--skip {done}` continues")), "{}", stopped.stderr);
    assert_eq!(count(stage).await, done);
    let skip = done.to_string();
    let path = stage.directory.path().join("many.csv");
    let rest = stage.run(&["import", path.to_str().unwrap(), "--skip", &skip]).await.summary(0);
    assert_eq!((&rest["created"], &rest["updated"]), (&json!(4_500 - done), &json!(0)), "{rest}");
    assert_eq!(count(stage).await, 4_500);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_finishes_the_current_request_and_shows_how_to_continue() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = super::gate(&stage).await;
    let mut child = import(&stage, &gate).spawn().unwrap();
    gate.let_through(1).await;
    let current = gate.next().await;
    send_signal(&child, Signal::INT);
    let printed = read_until(child.stderr.as_mut().unwrap(), "stopping when").await;
    drop(current);
    let stopped = wait_after(child, printed).await;
    let summary = stopped.summary(130);
    assert_eq!((&summary["done"], &summary["created"]), (&json!(2_000), &json!(2_000)));
    assert_eq!(summary["complete"], false);
    continues(&stage, &stopped, 2_000).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_twice_stops_at_once() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = super::gate(&stage).await;
    let mut child = import(&stage, &gate).spawn().unwrap();
    let _held = gate.next().await;
    send_signal(&child, Signal::INT);
    read_until(child.stderr.as_mut().unwrap(), "stopping when").await;
    send_signal(&child, Signal::INT);
    assert_eq!(wait(child).await.code, Some(130));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_does_not_wait_for_standard_input() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = super::gate(&stage).await;
    let mut command = stage.program(&["import", "-", "--output", "json"]);
    let mut child =
        command.env("CONTACTS_URL", &gate.server.url).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Several batches, because rows may wait in the buffers of the pipe.
    let begun: String = table().lines().take(4_001).map(|line| format!("{line}\n")).collect();
    tokio::io::AsyncWriteExt::write_all(&mut stdin, begun.as_bytes()).await.unwrap();
    gate.let_through(1).await;
    let held = gate.next().await;
    send_signal(&child, Signal::INT);
    let printed = read_until(child.stderr.as_mut().unwrap(), "stopping when").await;
    drop(held);
    let summary = wait_after(child, printed).await.summary(130);
    assert_eq!(count(&stage).await, summary["done"].as_u64().unwrap());
    drop(stdin);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_server_ends_the_import_with_code_5() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = super::gate(&stage).await;
    let running = tokio::spawn(finish(import(&stage, &gate)));
    gate.let_through(2).await;
    let third = gate.next().await;
    gate.server.stop().await;
    third.respond(Step::HangUp);
    let stopped = running.await.unwrap();
    assert_eq!(stopped.summary(5)["done"], 2_000);
    assert!(stopped.stderr.contains("cannot connect to"), "{}", stopped.stderr);
    continues(&stage, &stopped, 2_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_batch_is_sent_after_a_refused_one() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = super::gate(&stage).await;
    let running = tokio::spawn(finish(import(&stage, &gate)));
    gate.let_through(1).await;
    // The import would not end if it had sent another batch, because the gate holds that.
    gate.next().await.respond(refuse(ProblemType::Unauthorized, ""));
    let stopped = running.await.unwrap();
    assert_eq!(stopped.summary(4)["done"], 1_000);
    continues(&stage, &stopped, 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_refused_temporarily_is_retried_and_done_once() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = super::gate(&stage).await;
    let running = tokio::spawn(finish(import(&stage, &gate)));
    gate.let_through(1).await;
    gate.next().await.respond(refuse(ProblemType::Unavailable, ""));
    gate.let_through(4).await;
    let summary = running.await.unwrap().summary(0);
    assert_eq!((&summary["created"], &summary["updated"]), (&json!(4_500), &json!(0)));
    let received = gate.server.received();
    let keys: Vec<_> = received.iter().filter_map(|request| request.header("idempotency-key")).collect();
    // The other batch that is sent at the same time may arrive before the retry.
    assert_eq!(keys.iter().filter(|key| **key == keys[1]).count(), 2, "the same write again");
    assert_eq!(
        (keys.len(), keys.iter().collect::<BTreeSet<_>>().len()),
        (6, 5),
        "each batch has its own key"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_continued_import_adds_to_the_file_of_failed_rows() {
    let stage = Stage::start(Backend::Sqlite).await;
    let file = "email,is_dnd\na@example.com,perhaps\nb@example.com,no\nc@example.com,perhaps\n";
    let path = stage.file("people.csv", file);
    let path = path.to_str().unwrap();
    stage.run(&["import", path]).await.summary(1);
    stage.run(&["import", path, "--skip", "2"]).await.summary(1);
    let failed = stage.content("people.failed.csv");
    let lines: Vec<&str> = failed.lines().filter_map(|line| line.split(',').next()).collect();
    assert_eq!(lines, ["import_line", "2", "4", "4"], "the rows of the first run are kept: {failed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn skipped_rows_count_as_done() {
    let stage = Stage::start(Backend::Sqlite).await;
    let rows: String = (0..150).map(|row| format!("{{\"email\": \"jane.{row}@example.com\"}},\n")).collect();
    let stopped = stage.import("cut.json", format!("[{rows}"), &["--skip", "150"]).await;
    assert_eq!(stopped.summary(1)["done"], 150);
    assert!(stopped.stderr.contains("`--skip 150` continues"), "{}", stopped.stderr);
}
