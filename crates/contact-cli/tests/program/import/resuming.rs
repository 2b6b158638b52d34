//! Stopping an import, and continuing it with `--skip`.

use axum::http::StatusCode;
use contact_testing::Backend;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use super::Table;
use super::gate::Gate;
use crate::process::{Finished, PATIENCE, finish, finished, press_ctrl_c};
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
fn import(stage: &Stage, gate: &Gate, more: &[&str]) -> Command {
    let path = stage.file("many.csv", table());
    let mut command =
        stage.program(&[&["import", path.to_str().unwrap(), "--output", "json"], more].concat());
    command.env("CONTACTS_URL", &gate.url);
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

/// Reads standard error up to a line that contains these words.
async fn read_until(stderr: &mut BufReader<tokio::process::ChildStderr>, words: &str) -> String {
    let mut read = String::new();
    while !read.contains(words) {
        let line = timeout(PATIENCE, stderr.read_line(&mut read)).await.expect("a line is printed").unwrap();
        assert!(line > 0, "{words} in {read}");
    }
    read
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_finishes_the_current_request_and_shows_how_to_continue() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let mut child = import(&stage, &gate, &[]).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    gate.next().await.let_through();
    let current = gate.next().await;
    press_ctrl_c(&child);
    let mut printed = read_until(&mut stderr, "stopping when").await;
    current.let_through();
    tokio::io::AsyncReadExt::read_to_string(&mut stderr, &mut printed).await.unwrap();
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the program ends").unwrap();
    let stopped = Finished { stderr: printed, ..finished(output) };
    let summary = stopped.summary(130);
    assert_eq!((&summary["done"], &summary["created"]), (&json!(2_000), &json!(2_000)));
    assert_eq!(summary["complete"], false);
    continues(&stage, &stopped, 2_000).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_twice_stops_at_once() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let mut child = import(&stage, &gate, &[]).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let _held = gate.next().await;
    press_ctrl_c(&child);
    read_until(&mut stderr, "stopping when").await;
    press_ctrl_c(&child);
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the program ends").unwrap();
    assert_eq!(output.status.code(), Some(130));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_does_not_wait_for_standard_input() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let mut command = stage.program(&["import", "-", "--output", "json"]);
    let mut child =
        command.env("CONTACTS_URL", &gate.url).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    // Several batches, because rows may wait in the buffers of the pipe.
    let begun: String = table().lines().take(4_001).map(|line| format!("{line}\n")).collect();
    tokio::io::AsyncWriteExt::write_all(&mut stdin, begun.as_bytes()).await.unwrap();
    gate.next().await.let_through();
    let held = gate.next().await;
    press_ctrl_c(&child);
    let mut printed = read_until(&mut stderr, "stopping when").await;
    held.let_through();
    tokio::io::AsyncReadExt::read_to_string(&mut stderr, &mut printed).await.unwrap();
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the program ends").unwrap();
    let summary = Finished { stderr: printed, ..finished(output) }.summary(130);
    assert_eq!(count(&stage).await, summary["done"].as_u64().unwrap());
    drop(stdin);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_server_ends_the_import_with_code_5() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let running = tokio::spawn(finish(import(&stage, &gate, &[])));
    gate.next().await.let_through();
    gate.next().await.let_through();
    let third = gate.next().await;
    gate.close().await;
    third.hang_up();
    let stopped = running.await.unwrap();
    assert_eq!(stopped.summary(5)["done"], 2_000);
    assert!(stopped.stderr.contains("cannot connect to"), "{}", stopped.stderr);
    continues(&stage, &stopped, 2_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_batch_is_sent_after_a_refused_one() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let running = tokio::spawn(finish(import(&stage, &gate, &[])));
    gate.next().await.let_through();
    // The import would not end if it had sent another batch, because the gate holds that.
    gate.next().await.refuse(StatusCode::UNAUTHORIZED, "unauthorized");
    let stopped = running.await.unwrap();
    assert_eq!(stopped.summary(4)["done"], 1_000);
    continues(&stage, &stopped, 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_refused_temporarily_is_retried_and_done_once() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let running = tokio::spawn(finish(import(&stage, &gate, &[])));
    let first = gate.next().await;
    let first_key = first.key.clone();
    first.let_through();
    let second = gate.next().await;
    let key = second.key.clone();
    assert_ne!(key, first_key, "each batch has its own key");
    second.refuse(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    let again = gate.next().await;
    assert_eq!(again.key, key, "the same write again");
    again.let_through();
    for _ in 0..3 {
        gate.next().await.let_through();
    }
    let summary = running.await.unwrap().summary(0);
    assert_eq!((&summary["created"], &summary["updated"]), (&json!(4_500), &json!(0)));
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
