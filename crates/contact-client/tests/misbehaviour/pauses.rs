//! Servers that cannot answer at present.

use std::time::{Duration, Instant, SystemTime};

use contact_client::model::NewAgent;
use contact_client::{Error, Problem, ProblemType};

use crate::scripted_server::{ScriptedServer, Step, answer, no_agents};

const UNAVAILABLE: &str = r#"{"type":"urn:problem-type:contacts:unavailable","title":"The server is not available at present","status":503,"detail":"Try again.","request_id":"r1"}"#;

fn unavailable(headers: &str) -> Step {
    answer("503 Service Unavailable", headers, UNAVAILABLE)
}

/// From the first request to the second.
fn pause(server: &ScriptedServer) -> Duration {
    let seen = server.seen();
    assert_eq!(seen.len(), 2, "{seen:#?}");
    seen[1].at - seen[0].at
}

#[tokio::test]
async fn a_server_that_recovers_is_asked_again() {
    for status in
        ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"]
    {
        let server = ScriptedServer::start([answer(status, "", ""), no_agents()]).await;
        server.client().build().unwrap().list_agents().await.unwrap();
        assert_eq!(server.seen().len(), 2, "{status}");
    }
}

#[tokio::test]
async fn a_server_that_is_still_at_work_on_it_is_asked_again() {
    let kind = ProblemType::StillRunning;
    let problem = serde_json::to_string(&Problem::new(kind, "", "r1")).unwrap();
    let server = ScriptedServer::start([answer("409 Conflict", "", &problem), no_agents()]).await;
    server.client().build().unwrap().list_agents().await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_not_asked_again() {
    for status in ["400 Bad Request", "404 Not Found", "409 Conflict", "500 Internal Server Error"] {
        let server = ScriptedServer::start([answer(status, "", "")]).await;
        assert!(server.client().build().unwrap().list_agents().await.is_err());
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn no_attempt_is_sooner_than_seconds_ask() {
    let server = ScriptedServer::start([unavailable("retry-after: 1\r\n"), no_agents()]).await;
    server.client().build().unwrap().list_agents().await.unwrap();
    assert!(pause(&server) >= Duration::from_secs(1));
}

#[tokio::test]
async fn chance_has_a_part_in_what_the_server_asks_for() {
    let server = ScriptedServer::start([unavailable("retry-after: 1\r\n"), no_agents()]).await;
    let client = server.client().first_pause(Duration::from_millis(400)).build().unwrap();
    client.list_agents().await.unwrap();
    assert!(pause(&server) >= Duration::from_millis(1_400), "{:?}", pause(&server));
}

#[tokio::test]
async fn no_attempt_is_sooner_than_a_date_asks() {
    #[expect(clippy::disallowed_methods, reason = "the client holds dates against the real time")]
    let now = SystemTime::now();
    // A date has whole seconds: this one is between one and two of them away.
    let until = httpdate::fmt_http_date(now + Duration::from_secs(2));
    let server =
        ScriptedServer::start([unavailable(&format!("retry-after: {until}\r\n")), no_agents()]).await;
    server.client().build().unwrap().list_agents().await.unwrap();
    assert!(pause(&server) >= Duration::from_millis(900), "{:?}", pause(&server));
}

#[tokio::test]
async fn pauses_grow() {
    let server = ScriptedServer::start([unavailable("")]).await;
    let client = server.client().first_pause(Duration::from_millis(40)).retries(3).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert_eq!(error.problem_type(), Some(ProblemType::Unavailable));
    let seen = server.seen();
    assert_eq!(seen.len(), 4);
    for (pair, least) in seen.windows(2).zip([40, 80, 160]) {
        assert!(pair[1].at - pair[0].at >= Duration::from_millis(least));
    }
}

#[tokio::test]
async fn a_pause_that_the_time_limit_has_no_room_for_is_not_begun() {
    for (asked, seconds) in [("3600", 3600), ("99999999999999999999", u64::MAX)] {
        let server = ScriptedServer::start([unavailable(&format!("retry-after: {asked}\r\n"))]).await;
        let begun = Instant::now();
        let error = server.client().build().unwrap().list_agents().await.unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(10));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)));
        assert!(matches!(error, Error::Problem { ref problem, .. } if problem.request_id == "r1"));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_quota_that_is_used_up_for_hours_is_an_error_at_once() {
    let problem = Problem::new(ProblemType::IdempotencyQuota, "Nothing was written.", "r1");
    let problem = serde_json::to_string(&problem).unwrap();
    let refused = answer("429 Too Many Requests", "retry-after: 80000\r\n", &problem);
    let server = ScriptedServer::start([refused]).await;
    let begun = Instant::now();
    let error = server
        .client()
        .build()
        .unwrap()
        .create_agent(NewAgent { name: "Ana".to_owned(), active: true })
        .await
        .unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(error.problem_type(), Some(ProblemType::IdempotencyQuota));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(80_000)));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn an_attempt_that_has_hardly_any_time_left_is_not_begun() {
    let server = ScriptedServer::start([unavailable(""), Step::Stall(String::new())]).await;
    // The pause is between 150 and 300 milliseconds: it fits, and what is left is not enough.
    let client = server.client().first_pause(Duration::from_millis(150));
    let client = client.total_timeout(Duration::from_millis(350)).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert_eq!(error.request_id(), Some("r1"), "what the server said is not hidden: {error:?}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn all_attempts_together_have_a_limit() {
    let server = ScriptedServer::start([unavailable("")]).await;
    let client = server.client().retries(1_000).first_pause(Duration::from_millis(20));
    let client = client.total_timeout(Duration::from_secs(1)).build().unwrap();
    let begun = Instant::now();
    assert_eq!(client.list_agents().await.unwrap_err().status(), Some(503));
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(server.seen().len() >= 2);
}

#[tokio::test]
async fn without_retries_there_is_one_attempt() {
    let server = ScriptedServer::start([unavailable(""), no_agents()]).await;
    let error = server.client().retries(0).build().unwrap().list_agents().await.unwrap_err();
    assert_eq!((error.status(), server.seen().len()), (Some(503), 1));
}
