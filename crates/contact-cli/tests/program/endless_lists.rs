//! Servers whose lists and responses do not end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contact_client::model::ApiKey;
use contact_testing::{Received, ScriptedServer, Step, respond};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use crate::process::{TEST_TIMEOUT, finish, program, wait};

/// The program with this server.
fn at(url: &str, arguments: &[&str]) -> Command {
    let mut command = program(arguments);
    command.env("CONTACTS_URL", url).env("CONTACTS_API_KEY", ApiKey::from_random(1).reveal());
    command
}

/// A server of tags, 200 on each page, with these cursors for the next one.
async fn tags(cursor: impl Fn(u64) -> String + Send + Sync + 'static) -> ScriptedServer {
    let pages = AtomicU64::new(0);
    let page = move |_: &Received| {
        let page = pages.fetch_add(1, Ordering::Relaxed);
        let tag =
            |place: u64| json!({ "tag": format!("tag {page}-{place}"), "contacts": page * 200 + place });
        let tags: Vec<_> = (0..200).map(tag).collect();
        respond(200, "", json!({ "results": tags, "next": format!("/tags/?cursor={}", cursor(page)) }))
    };
    ScriptedServer::start_with(page).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_with_a_cycle_is_an_error() {
    let server = tags(|page| format!("c{}", page % 2)).await;
    for form in ["table", "json", "ndjson", "csv", "yaml"] {
        let listed = finish(at(&server.url, &["tag", "list", "--all", "--output", form])).await;
        assert_eq!(listed.code, Some(5), "{listed:?}");
        assert!(listed.stderr.contains("the pages of the list form a cycle"), "{}", listed.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_may_begin_with_a_hyphen() {
    let server = tags(|page| format!("-{page}")).await;
    let listed = finish(at(&server.url, &["tag", "list", "--limit", "200", "--cursor", "-t"])).await;
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert!(listed.stderr.contains("`--cursor -0`"), "{}", listed.stderr);
    let received = server.received();
    assert!(received.iter().all(|request| request.parameter("cursor").unwrap() == "-t"), "{received:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_printed_while_its_list_goes_on() {
    let server = tags(|page| page.to_string()).await;
    let mut list = at(&server.url, &["tag", "list", "--all", "--output", "table"]).spawn().unwrap();
    let mut lines = BufReader::new(list.stdout.take().unwrap()).lines();
    let mut read = Vec::new();
    while read.len() < 2_501 {
        let line = timeout(TEST_TIMEOUT, lines.next_line()).await.expect("the table goes on").unwrap();
        read.push(line.unwrap());
    }
    assert_eq!(
        read.iter().filter(|line| line.starts_with("TAG ")).count(),
        1,
        "the headings are printed once"
    );
    let column = read[0].find("CONTACTS").unwrap();
    for (row, line) in read[1..].iter().enumerate() {
        assert_eq!(line[column..].trim(), row.to_string(), "the columns of all portions are as wide: {line}");
    }
    drop(lines);
    assert_eq!(wait(list).await.text(), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_without_an_end_is_an_error() {
    let spaces = Step::Flood("HTTP/1.1 200 OK\r\n\r\n".to_owned(), " ".repeat(256 * 1024), Duration::ZERO);
    let server = ScriptedServer::start([spaces]).await;
    let stderr = finish(at(&server.url, &["agent", "list"])).await.refusal(5);
    assert!(stderr.contains("longer than 100663296 bytes"), "{stderr}");
    let stderr = finish(at(&server.url, &["conformance"])).await.refusal(5);
    assert!(stderr.contains("longer than 33554432 bytes"), "{stderr}");
}
