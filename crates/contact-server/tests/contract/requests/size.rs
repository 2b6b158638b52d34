//! Bodies that are too large or incomplete.

use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::SystemClock;
use contact_model::{Problem, ProblemType};
use contact_server::RequestLimits;
use contact_testing::{Backend, TestServer, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, path_of};
use crate::raw_connection::RawConnection;

const LIMIT: usize = 1024 * 1024;

on_both_databases!(
    body_over_the_limit_is_a_413,
    connection_can_be_used_after_a_413,
    connection_can_be_used_after_a_refusal_without_reading_the_body,
    incomplete_body_is_a_408,
);

/// Returns a body with this length in bytes that changes the notes.
fn body(bytes: usize, notes: &str) -> Vec<u8> {
    let mut body = json!({ "notes": notes }).to_string().into_bytes();
    body.resize(bytes, b' ');
    body
}

async fn body_over_the_limit_is_a_413(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let response = fixture.patch_text(body(LIMIT, "fits")).await;
    assert_eq!((response.status, &response.json()["notes"]), (200, &json!("fits")));
    let before = fixture.read().await;
    let problem = fixture.patch_text(body(LIMIT + 1, "too large")).await.problem(ProblemType::BodyTooLarge);
    assert!(problem.detail.contains("1048576 bytes"), "{}", problem.detail);
    assert_eq!(fixture.read().await, before);
}

async fn connection_can_be_used_after_a_413(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let mut connection = RawConnection::open(&fixture.company).await;
    for bytes in [LIMIT + 1, 4 * LIMIT] {
        let large = body(bytes, "too large");
        let (status, text) = connection.send("PATCH", &fixture.path(), &large).await;
        assert_eq!((status, kind(&text)), (413, Some(ProblemType::BodyTooLarge)));
        let (status, text) = connection.send_chunked("PATCH", &fixture.path(), &large).await;
        assert_eq!((status, kind(&text)), (413, Some(ProblemType::BodyTooLarge)));
        // The next request on the same connection succeeds.
        let (status, text) = connection.send("GET", &fixture.path(), b"").await;
        assert_eq!(status, 200, "{text}");
    }
    assert_eq!(fixture.read().await, before);
    let (status, _) = connection.send_chunked("PATCH", &fixture.path(), &body(LIMIT, "fits")).await;
    assert_eq!(status, 200);
    assert_eq!(fixture.read().await["notes"], "fits");
}

async fn connection_can_be_used_after_a_refusal_without_reading_the_body(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let large = body(8 * LIMIT, "never read");
    let mut stranger = RawConnection::open(&fixture.company.with_key("no-key")).await;
    for _ in 0..3 {
        let (status, text) = stranger.send("PATCH", &fixture.path(), &large).await;
        assert_eq!((status, kind(&text)), (401, Some(ProblemType::Unauthorized)));
    }
    let mut connection = RawConnection::open(&fixture.company).await;
    for (method, path, refused) in [
        ("PATCH", "/nowhere/", ProblemType::UnknownPath),
        ("PUT", "/contacts/", ProblemType::MethodNotAllowed),
        ("PATCH", "/contacts/no-id/", ProblemType::InvalidParameter),
    ] {
        let (status, text) = connection.send_chunked(method, path, &large).await;
        assert_eq!((status, kind(&text)), (refused.status(), Some(refused)));
    }
    let (status, _) = connection.send("GET", &fixture.path(), b"").await;
    assert_eq!(status, 200);
}

async fn incomplete_body_is_a_408(backend: Backend) {
    let limits = RequestLimits { receive_timeout: Duration::from_millis(100), ..RequestLimits::default() };
    let server = TestServer::start_with(backend, limits, Arc::new(SystemClock)).await;
    let company = server.company().await;
    let id = company.create(json!({})).await;
    let before = company.read(id).await;
    let mut connection = RawConnection::open(&company).await;
    let (status, text) = connection.send_half("PATCH", &path_of(id), &body(100, "half")).await;
    assert_eq!((status, kind(&text)), (408, Some(ProblemType::RequestTimeout)));
    assert_eq!(company.read(id).await, before);
}

fn kind(text: &str) -> Option<ProblemType> {
    serde_json::from_str::<Problem>(text).expect("a problem").problem_type()
}
