//! Endless responses and endless lists.

use std::time::Duration;

use contact_client::{Error, Page as _};
use contact_testing::{Received, ScriptedServer, Step, respond};
use futures::TryStreamExt as _;

use crate::client_of;

const MIB: u64 = 1024 * 1024;

fn flood(first: &str, again: &str) -> Step {
    Step::Flood(first.to_owned(), again.to_owned(), Duration::ZERO)
}

/// Returns the error of a client that reads at most 1 MiB of a response, and how many bytes were sent to it.
async fn refused(step: Step) -> (Error, u64) {
    let server = ScriptedServer::start([step]).await;
    let client = client_of(&server).max_retries(0).max_response_bytes(MIB as usize).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert_eq!(server.received().len(), 1, "the call must not be retried");
    (error, server.flooded())
}

#[tokio::test]
async fn a_response_is_read_up_to_the_limit() {
    let spaces = " ".repeat(64 * 1024);
    let chunk = format!("10000\r\n{spaces}\r\n");
    for step in [
        flood("HTTP/1.1 200 OK\r\n\r\n", &spaces),
        flood("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", &chunk),
        flood("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", &spaces),
        // The client does not decompress, so the received bytes count.
        flood("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n", &spaces),
    ] {
        let (error, sent) = refused(step).await;
        assert!(matches!(error, Error::TooLarge { limit } if limit as u64 == MIB), "{error:?}");
        // The client reads less: some of the sent bytes are in buffers of the kernel.
        assert!(sent < 24 * MIB, "{sent}");
    }
}

#[tokio::test]
async fn a_response_as_long_as_the_limit_is_read() {
    let body = |length: usize| format!("{:length$}", r#"{"results":[]}"#);
    let server = ScriptedServer::start([respond(200, "", body(1_000)), respond(200, "", body(1_001))]).await;
    let client = client_of(&server).max_response_bytes(1_000).build().unwrap();
    client.list_agents().await.unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 1_000 }), "{error:?}");
    assert!(error.to_string().contains("1000 bytes"), "{error}");
}

#[tokio::test]
async fn an_endless_error_response_is_reported_with_its_status() {
    let (error, sent) = refused(flood("HTTP/1.1 404 Not Found\r\n\r\n", &" ".repeat(64 * 1024))).await;
    assert!(matches!(error, Error::Unexpected(ref response) if response.status == 404), "{error:?}");
    assert!(sent < 24 * MIB, "{sent}");
}

#[tokio::test]
async fn endless_headers_are_a_transport_error() {
    let (headers, letters) = ("x-header: value\r\n".repeat(1_000), "a".repeat(4_096));
    for (first, again) in [
        ("HTTP/1.1 200 OK\r\n", &headers),
        ("HTTP/1.1 200 OK\r\nx-header: ", &letters),
        ("HTTP/1.1 200 ", &letters),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;", &letters),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", &headers),
    ] {
        let (error, sent) = refused(flood(first, again)).await;
        assert!(matches!(error, Error::Transport(_)), "{first:?}: {error:?}");
        assert!(sent < 24 * MIB, "{first:?}: {sent}");
    }
}

#[tokio::test]
async fn a_slow_endless_body_is_a_timeout() {
    let trickle =
        Step::Flood("HTTP/1.1 200 OK\r\n\r\n".to_owned(), " ".to_owned(), Duration::from_millis(10));
    let server = ScriptedServer::start([trickle]).await;
    let client = client_of(&server).timeout(Duration::from_millis(500)).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    assert_eq!(server.received().len(), 1);
}

/// A page of tags whose next page has this cursor.
fn page(next: &str) -> Step {
    respond(200, "", format!(r#"{{"results":[{{"tag":"vip","contacts":1}}],"next":"/tags/?cursor={next}"}}"#))
}

#[tokio::test]
async fn a_list_with_a_cycle_is_an_error() {
    for (cursors, read) in [
        // The whole list is a cycle; the cycle begins late; the cycle would end after one repetition.
        (vec!["a", "b", "a", "b"], 2),
        (vec!["a", "b", "c", "d", "e", "f", "g", "e"], 7),
        (vec!["a", "b", "c", "b", "d"], 3),
    ] {
        let server = ScriptedServer::start(cursors.into_iter().map(page)).await;
        let list = client_of(&server).build().unwrap().list_tags();
        let mut tags = list.clone().items();
        let mut entries = 0;
        let error = loop {
            match tags.try_next().await {
                Ok(Some(_)) => entries += 1,
                Ok(None) => panic!("the list ended"),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(error, Error::Unexpected(ref response) if response.reason.contains("cycle")),
            "{error:?}"
        );
        assert_eq!(entries, read);
    }
}

#[tokio::test]
async fn pages_have_the_requested_sizes() {
    let last = respond(200, "", r#"{"results":[],"next":null}"#);
    let server = ScriptedServer::start([page("a"), page("b"), last]).await;
    let pages = client_of(&server)
        .build()
        .unwrap()
        .list_tags()
        .pages_of_size(|read| 3 - u16::try_from(read).unwrap());
    let pages: Vec<_> = pages.try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.body().entries().len()).collect::<Vec<_>>(), [1, 1, 0]);
    let received = server.received();
    let requests: Vec<&str> = received.iter().map(Received::target).collect();
    assert_eq!(
        requests,
        ["/tags/?page_size=3", "/tags/?cursor=a&page_size=2", "/tags/?cursor=b&page_size=1"]
    );
}
