//! An import that is stopped: what is done, and how it goes on.

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

/// The program on five batches, with the gate before the server.
fn import(stage: &Stage, gate: &Gate, more: &[&str]) -> Command {
    let path = stage.file("many.csv", table());
    let mut command =
        stage.program(&[&["import", path.to_str().unwrap(), "--output", "json"], more].concat());
    command.env("CONTACTS_URL", &gate.url);
    command
}

/// The import goes on behind what is done, and nothing is done twice.
async fn goes_on(stage: &Stage, stopped: &Finished, done: u64) {
    assert!(stopped.stderr.contains(&format!("`--skip {done}` continues")), "{}", stopped.stderr);
    assert_eq!(count(stage).await, done);
    let skip = done.to_string();
    let path = stage.directory.path().join("many.csv");
    let rest = stage.run(&["import", path.to_str().unwrap(), "--skip", &skip]).await.summary(0);
    assert_eq!((&rest["created"], &rest["updated"]), (&json!(4_500 - done), &json!(0)), "{rest}");
    assert_eq!(count(stage).await, 4_500);
}

/// Reads standard error up to a line with this in it.
async fn read_until(stderr: &mut BufReader<tokio::process::ChildStderr>, words: &str) -> String {
    let mut read = String::new();
    while !read.contains(words) {
        let line = timeout(PATIENCE, stderr.read_line(&mut read)).await.expect("a line comes").unwrap();
        assert!(line > 0, "{words} in {read}");
    }
    read
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_ends_what_is_under_way_and_tells_how_to_go_on() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let mut child = import(&stage, &gate, &[]).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    gate.next().await.let_through();
    let under_way = [gate.next().await, gate.next().await];
    press_ctrl_c(&child);
    let mut told = read_until(&mut stderr, "stopping when").await;
    under_way.into_iter().for_each(super::gate::Held::let_through);
    tokio::io::AsyncReadExt::read_to_string(&mut stderr, &mut told).await.unwrap();
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the program ends").unwrap();
    let stopped = Finished { stderr: told, ..finished(output) };
    let summary = stopped.summary(130);
    assert_eq!((&summary["done"], &summary["created"]), (&json!(3_000), &json!(3_000)));
    assert_eq!(summary["complete"], false);
    goes_on(&stage, &stopped, 3_000).await;
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
async fn ctrl_c_does_not_wait_for_a_file_that_does_not_come() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let mut command = stage.program(&["import", "-", "--output", "json"]);
    let mut child =
        command.env("CONTACTS_URL", &gate.url).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    // A whole batch, and the beginning of another. What a pipe holds back may be more than that.
    let begun: String = table().lines().take(4_001).map(|line| format!("{line}\n")).collect();
    tokio::io::AsyncWriteExt::write_all(&mut stdin, begun.as_bytes()).await.unwrap();
    gate.next().await.let_through();
    let held = gate.next().await;
    press_ctrl_c(&child);
    let mut told = read_until(&mut stderr, "stopping when").await;
    held.let_through();
    tokio::io::AsyncReadExt::read_to_string(&mut stderr, &mut told).await.unwrap();
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the program ends").unwrap();
    let summary = Finished { stderr: told, ..finished(output) }.summary(130);
    assert_eq!(count(&stage).await, summary["done"].as_u64().unwrap());
    drop(stdin);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_gone_ends_it_with_5() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let running = tokio::spawn(finish(import(&stage, &gate, &["--concurrency", "1"])));
    gate.next().await.let_through();
    gate.next().await.let_through();
    let third = gate.next().await;
    gate.close().await;
    third.hang_up();
    let stopped = running.await.unwrap();
    assert_eq!(stopped.summary(5)["done"], 2_000);
    assert!(stopped.stderr.contains("cannot connect to"), "{}", stopped.stderr);
    goes_on(&stage, &stopped, 2_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_for_sure_ends_where_a_request_was_refused() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let running = tokio::spawn(finish(import(&stage, &gate, &["--concurrency", "2"])));
    let mut both = [gate.next().await, gate.next().await];
    both.sort_by_key(|batch| batch.items[0]["email"] != "other.1@example.com");
    let [first, second] = both;
    // The second is done, but the first is not.
    second.let_through();
    let third = gate.next().await;
    first.refuse(StatusCode::UNAUTHORIZED, "unauthorized");
    third.let_through();
    let stopped = running.await.unwrap();
    let summary = stopped.summary(4);
    assert_eq!((&summary["done"], &summary["created"]), (&json!(0), &json!(2_000)));
    assert!(stopped.stderr.contains("`--skip 0` continues"), "{}", stopped.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_refused_for_now_is_sent_again_and_done_once() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.server.url).await;
    let running = tokio::spawn(finish(import(&stage, &gate, &["--concurrency", "1"])));
    let first = gate.next().await;
    let first_key = first.key.clone();
    first.let_through();
    let second = gate.next().await;
    let key = second.key.clone();
    assert_ne!(key, first_key, "each batch is a write of its own");
    second.refuse(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    let again = gate.next().await;
    assert_eq!(again.key, key, "the same write once more");
    again.let_through();
    for _ in 0..3 {
        gate.next().await.let_through();
    }
    let summary = running.await.unwrap().summary(0);
    assert_eq!((&summary["created"], &summary["updated"]), (&json!(4_500), &json!(0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_fail_after_going_on_join_those_before() {
    let stage = Stage::start(Backend::Sqlite).await;
    let file = "email,is_dnd\na@example.com,perhaps\nb@example.com,no\nc@example.com,perhaps\n";
    let path = stage.file("people.csv", file);
    let path = path.to_str().unwrap();
    stage.run(&["import", path]).await.summary(1);
    stage.run(&["import", path, "--skip", "2"]).await.summary(1);
    let failed = stage.content("people.failed.csv");
    let lines: Vec<&str> = failed.lines().filter_map(|line| line.split(',').next()).collect();
    assert_eq!(lines, ["import_line", "2", "4", "4"], "those of the first run are kept: {failed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_left_out_is_done_where_nothing_came_of_the_rest() {
    let stage = Stage::start(Backend::Sqlite).await;
    let rows: String = (0..150).map(|row| format!("{{\"email\": \"jane.{row}@example.com\"}},\n")).collect();
    let stopped = stage.import("cut.json", format!("[{rows}"), &["--skip", "150"]).await;
    assert_eq!(stopped.summary(1)["done"], 150);
    assert!(stopped.stderr.contains("`--skip 150` continues"), "{}", stopped.stderr);
}
