//! Requests that break the rules of HTTP, and clients that close their side of the connection.

use contact_model::{Problem, ProblemType};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::Fixture;
use crate::raw_connection::RawConnection;

on_both_databases!(
    a_client_that_closes_its_side_gets_its_response,
    a_body_in_malformed_chunks_is_a_400,
    a_body_that_ends_early_is_a_400,
    a_request_has_one_host,
    chunked_is_the_only_transfer_coding,
);

/// A PATCH of the notes with these further headers and this body.
fn patch(fixture: &Fixture, headers: &str, body: &str) -> String {
    format!(
        "PATCH {} HTTP/1.1\r\nAuthorization: {}\r\nContent-Type: application/json\r\n{headers}\r\n{body}",
        fixture.path(),
        fixture.company.key
    )
}

/// Asserts that a request on a new connection is refused as malformed, that nothing is written, and that the
/// connection is closed.
async fn assert_malformed(fixture: &Fixture, request: &str) {
    let before = fixture.read().await;
    let mut connection = RawConnection::open(&fixture.company).await;
    let (status, text) = connection.exchange(request.as_bytes()).await;
    assert_malformed_request(status, &text);
    assert!(connection.is_closed().await, "{request}");
    assert_eq!(fixture.read().await, before, "{request}");
}

fn assert_malformed_request(status: u16, text: &str) {
    let problem: Problem = serde_json::from_str(text).expect("a problem");
    assert_eq!((status, problem.problem_type()), (400, Some(ProblemType::MalformedRequest)), "{text}");
}

async fn a_client_that_closes_its_side_gets_its_response(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({ "notes": "sent, then closed" }).to_string();
    let length = format!("Host: a\r\nContent-Length: {}\r\n", body.len());
    let chunks = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let read = format!(
        "GET {} HTTP/1.1\r\nHost: a\r\nAuthorization: {}\r\n\r\n",
        fixture.path(),
        fixture.company.key
    );
    for request in [
        patch(&fixture, &length, &body),
        patch(&fixture, "Host: a\r\nTransfer-Encoding: chunked\r\n", &chunks),
        patch(&fixture, &format!("Idempotency-Key: a\r\n{length}"), &body),
        read,
    ] {
        let mut connection = RawConnection::open(&fixture.company).await;
        let (status, text) = connection.exchange_and_close(request.as_bytes()).await;
        assert_eq!(status, 200, "{request}\n{text}");
        assert!(text.contains("sent, then closed"), "{text}");
        assert!(connection.is_closed().await);
    }
}

async fn a_body_in_malformed_chunks_is_a_400(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for chunks in [
        "zz\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}xx0\r\n\r\n",
        "2 2\r\n{}\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "\r\n\r\n",
    ] {
        for key in ["", "Idempotency-Key: a\r\n"] {
            let headers = format!("Host: a\r\n{key}Transfer-Encoding: chunked\r\n");
            assert_malformed(&fixture, &patch(&fixture, &headers, chunks)).await;
        }
    }
}

async fn a_body_that_ends_early_is_a_400(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    for (headers, body) in [
        ("Host: a\r\nContent-Length: 9\r\n", "{}"),
        ("Host: a\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n"),
    ] {
        let mut connection = RawConnection::open(&fixture.company).await;
        let request = patch(&fixture, headers, body);
        let (status, text) = connection.exchange_and_close(request.as_bytes()).await;
        assert_malformed_request(status, &text);
    }
    assert_eq!(fixture.read().await, before);
}

async fn a_request_has_one_host(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for hosts in ["", "Host: a\r\nHost: a\r\n", "Host: a\r\nhost: b\r\n"] {
        let headers = format!("{hosts}Content-Length: 15\r\n");
        assert_malformed(&fixture, &patch(&fixture, &headers, r#"{"notes":"bad"}"#)).await;
    }
}

async fn chunked_is_the_only_transfer_coding(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for codings in [
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
    ] {
        let request =
            patch(&fixture, &format!("Host: a\r\n{codings}"), "f\r\n{\"notes\":\"bad\"}\r\n0\r\n\r\n");
        assert_malformed(&fixture, &request).await;
    }
}
