//! Retries and the pauses between them.

use std::time::{Duration, Instant, SystemTime};

use contact_client::model::NewAgent;
use contact_client::{Error, Problem, ProblemType};
use contact_testing::{ScriptedServer, Step, respond};

use crate::{client_of, no_agents};

const UNAVAILABLE: &str = r#"{"type":"urn:problem-type:contacts:unavailable","title":"The server is not available at present","status":503,"detail":"Try again.","request_id":"r1"}"#;

fn unavailable(headers: &str) -> Step {
    respond(503, headers, UNAVAILABLE)
}

/// Returns the time between the first request and the second.
fn pause(server: &ScriptedServer) -> Duration {
    let seen = server.received();
    assert_eq!(seen.len(), 2, "{seen:#?}");
    seen[1].at - seen[0].at
}

#[tokio::test]
async fn transient_statuses_are_retried() {
    for status in [429, 502, 503, 504] {
        let server = ScriptedServer::start([respond(status, "", ""), no_agents()]).await;
        client_of(&server).build().unwrap().list_agents().await.unwrap();
        assert_eq!(server.received().len(), 2, "{status}");
    }
}

#[tokio::test]
async fn a_request_that_is_still_running_is_retried() {
    let kind = ProblemType::StillRunning;
    let problem = serde_json::to_string(&Problem::new(kind, "", "r1")).unwrap();
    let server = ScriptedServer::start([respond(409, "", &problem), no_agents()]).await;
    client_of(&server).build().unwrap().list_agents().await.unwrap();
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn other_statuses_are_not_retried() {
    for status in [400, 404, 409, 500] {
        let server = ScriptedServer::start([respond(status, "", "")]).await;
        assert!(client_of(&server).build().unwrap().list_agents().await.is_err());
        assert_eq!(server.received().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn retry_after_seconds_are_respected() {
    let server = ScriptedServer::start([unavailable("retry-after: 1\r\n"), no_agents()]).await;
    client_of(&server).build().unwrap().list_agents().await.unwrap();
    assert!(pause(&server) >= Duration::from_secs(1));
}

#[tokio::test]
async fn the_backoff_is_added_to_retry_after() {
    let server = ScriptedServer::start([unavailable("retry-after: 1\r\n"), no_agents()]).await;
    let client = client_of(&server).initial_backoff(Duration::from_millis(400)).build().unwrap();
    client.list_agents().await.unwrap();
    assert!(pause(&server) >= Duration::from_millis(1_400), "{:?}", pause(&server));
}

#[tokio::test]
async fn a_retry_after_date_is_respected() {
    #[expect(clippy::disallowed_methods, reason = "dates refer to the real time")]
    let now = SystemTime::now();
    // A date has whole seconds, so this one is between one and two seconds in the future.
    let until = httpdate::fmt_http_date(now + Duration::from_secs(2));
    let server =
        ScriptedServer::start([unavailable(&format!("retry-after: {until}\r\n")), no_agents()]).await;
    client_of(&server).build().unwrap().list_agents().await.unwrap();
    assert!(pause(&server) >= Duration::from_millis(900), "{:?}", pause(&server));
}

#[tokio::test]
async fn pauses_grow() {
    let server = ScriptedServer::start([unavailable("")]).await;
    let client =
        client_of(&server).initial_backoff(Duration::from_millis(40)).max_retries(3).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert_eq!(error.problem_type(), Some(ProblemType::Unavailable));
    let seen = server.received();
    assert_eq!(seen.len(), 4);
    for (pair, least) in seen.windows(2).zip([40, 80, 160]) {
        assert!(pair[1].at - pair[0].at >= Duration::from_millis(least));
    }
}

#[tokio::test]
async fn a_retry_after_beyond_the_time_limit_fails_at_once() {
    for (value, seconds) in [("3600", 3600), ("99999999999999999999", u64::MAX)] {
        let server = ScriptedServer::start([unavailable(&format!("retry-after: {value}\r\n"))]).await;
        let started = Instant::now();
        let error = client_of(&server).build().unwrap().list_agents().await.unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(10));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)));
        assert!(matches!(error, Error::Problem { ref problem, .. } if problem.request_id == "r1"));
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_used_up_quota_fails_at_once() {
    let problem = Problem::new(ProblemType::IdempotencyQuota, "Nothing was written.", "r1");
    let problem = serde_json::to_string(&problem).unwrap();
    let refused = respond(429, "retry-after: 80000\r\n", &problem);
    let server = ScriptedServer::start([refused]).await;
    let started = Instant::now();
    let error = client_of(&server).build().unwrap().create_agent(NewAgent::new("Ana")).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(error.problem_type(), Some(ProblemType::IdempotencyQuota));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(80_000)));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn an_attempt_with_too_little_time_left_is_not_started() {
    let server = ScriptedServer::start([unavailable(""), Step::Stall(String::new())]).await;
    // The pause takes 150 to 300 milliseconds, so less than the shortest attempt is left after it.
    let client = client_of(&server).initial_backoff(Duration::from_millis(150));
    let client = client.total_timeout(Duration::from_millis(350)).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert_eq!(
        error.request_id(),
        Some("r1"),
        "the error must be the response of the first attempt: {error:?}"
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn the_total_timeout_limits_all_attempts() {
    let server = ScriptedServer::start([unavailable("")]).await;
    let client = client_of(&server).max_retries(1_000).initial_backoff(Duration::from_millis(20));
    let client = client.total_timeout(Duration::from_secs(1)).build().unwrap();
    let started = Instant::now();
    assert_eq!(client.list_agents().await.unwrap_err().status(), Some(503));
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(server.received().len() >= 2);
}

#[tokio::test]
async fn zero_retries_means_one_attempt() {
    let server = ScriptedServer::start([unavailable(""), no_agents()]).await;
    let error = client_of(&server).max_retries(0).build().unwrap().list_agents().await.unwrap_err();
    assert_eq!((error.status(), server.received().len()), (Some(503), 1));
}
