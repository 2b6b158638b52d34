//! Responses without an end, and lists without one.

use std::time::Duration;

use contact_client::{Error, Page as _};
use futures::TryStreamExt as _;

use crate::scripted_server::{ScriptedServer, Step, answer};

const MIB: u64 = 1024 * 1024;

fn flood(first: &str, again: &[u8]) -> Step {
    Step::Flood(first.to_owned(), again.to_vec(), Duration::ZERO)
}

/// What a client that reads 1 MiB at most says of a response, and how many bytes were sent to it.
async fn refused(step: Step) -> (Error, u64) {
    let server = ScriptedServer::start([step]).await;
    let client = server.client().retries(0).max_response_bytes(MIB as usize).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert_eq!(server.seen().len(), 1, "a further attempt would end the same");
    (error, server.flooded())
}

#[tokio::test]
async fn a_response_is_read_up_to_a_limit() {
    let spaces = vec![b' '; 64 * 1024];
    let chunk = [b"10000\r\n", &spaces[..], b"\r\n"].concat();
    for step in [
        flood("HTTP/1.1 200 OK\r\n\r\n", &spaces),
        flood("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", &chunk),
        flood("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", &spaces),
        // The bytes count, whatever they are said to be.
        flood("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n", &spaces),
    ] {
        let (error, sent) = refused(step).await;
        assert!(matches!(error, Error::TooLarge { limit } if limit as u64 == MIB), "{error:?}");
        // What the kernel holds on both sides is not read.
        assert!(sent < 24 * MIB, "{sent}");
    }
}

#[tokio::test]
async fn a_response_as_long_as_the_limit_is_read() {
    let body = |length: usize| format!("{:length$}", r#"{"results":[]}"#);
    let server =
        ScriptedServer::start([answer("200 OK", "", &body(1_000)), answer("200 OK", "", &body(1_001))]).await;
    let client = server.client().max_response_bytes(1_000).build().unwrap();
    client.list_agents().await.unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 1_000 }), "{error:?}");
    assert!(error.to_string().contains("1000 bytes"), "{error}");
}

#[tokio::test]
async fn an_error_without_an_end_is_told_by_its_status() {
    let (error, sent) = refused(flood("HTTP/1.1 404 Not Found\r\n\r\n", &vec![b' '; 64 * 1024])).await;
    assert!(matches!(error, Error::Unexpected(ref answer) if answer.status == 404), "{error:?}");
    assert!(sent < 24 * MIB, "{sent}");
}

#[tokio::test]
async fn a_head_without_an_end_is_no_response() {
    let headers = b"x-header: value\r\n".repeat(1_000);
    for (first, again) in [
        ("HTTP/1.1 200 OK\r\n", &headers[..]),
        ("HTTP/1.1 200 OK\r\nx-header: ", &[b'a'; 4_096]),
        ("HTTP/1.1 200 ", &[b'a'; 4_096]),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;", &[b'a'; 4_096]),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", &headers),
    ] {
        let (error, sent) = refused(flood(first, again)).await;
        assert!(matches!(error, Error::Transport(_)), "{first:?}: {error:?}");
        assert!(sent < 24 * MIB, "{first:?}: {sent}");
    }
}

#[tokio::test]
async fn a_body_that_trickles_is_a_timeout() {
    let trickle = Step::Flood("HTTP/1.1 200 OK\r\n\r\n".to_owned(), b" ".to_vec(), Duration::from_millis(10));
    let server = ScriptedServer::start([trickle]).await;
    let client = server.client().timeout(Duration::from_millis(500)).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    assert_eq!(server.seen().len(), 1);
}

/// A page of tags that leads to a cursor.
fn page(next: &str) -> Step {
    answer(
        "200 OK",
        "",
        &format!(r#"{{"results":[{{"tag":"vip","contacts":1}}],"next":"/tags/?cursor={next}"}}"#),
    )
}

#[tokio::test]
async fn a_list_that_leads_in_a_circle_is_told() {
    for (cursors, read) in [
        // Two that alternate; a long way to a short circle; and one that is hardly ever left.
        (vec!["a", "b", "a", "b"], 2),
        (vec!["a", "b", "c", "d", "e", "f", "g", "e"], 7),
        (vec!["a", "b", "c", "b", "d"], 3),
    ] {
        let server = ScriptedServer::start(cursors.into_iter().map(page)).await;
        let list = server.client().build().unwrap().list_tags();
        let mut tags = list.clone().items();
        let mut entries = 0;
        let error = loop {
            match tags.try_next().await {
                Ok(Some(_)) => entries += 1,
                Ok(None) => panic!("the list ends"),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(error, Error::Unexpected(ref answer) if answer.reason.contains("circle")),
            "{error:?}"
        );
        assert_eq!(entries, read);
    }
}

#[tokio::test]
async fn a_list_is_read_in_pages_of_the_size_that_is_asked_for() {
    let last = answer("200 OK", "", r#"{"results":[],"next":null}"#);
    let server = ScriptedServer::start([page("a"), page("b"), last]).await;
    let pages =
        server.client().build().unwrap().list_tags().pages_of_size(|read| 3 - u16::try_from(read).unwrap());
    let pages: Vec<_> = pages.try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.entries().len()).collect::<Vec<_>>(), [1, 1, 0]);
    let asked: Vec<String> =
        server.seen().into_iter().map(|seen| seen.head.lines().next().unwrap().to_owned()).collect();
    assert_eq!(
        asked,
        [
            "get /tags/?page_size=3 http/1.1",
            "get /tags/?cursor=a&page_size=2 http/1.1",
            "get /tags/?cursor=b&page_size=1 http/1.1"
        ]
    );
}
