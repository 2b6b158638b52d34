//! Servers that do not respond in time.

use std::time::Duration;

use contact_client::Error;
use contact_testing::{ScriptedServer, Step};

use crate::client_of;

#[tokio::test]
async fn a_response_that_never_starts_is_a_timeout() {
    let server = ScriptedServer::start([Step::Stall(String::new())]).await;
    let limit = Duration::from_millis(500);
    let error = client_of(&server).timeout(limit).build().unwrap().list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { after } if after <= limit), "{error:?}");
    assert_eq!(server.received().len(), 1, "an attempt that timed out is not repeated");
}

#[tokio::test]
async fn a_response_that_stops_halfway_is_a_timeout() {
    let start = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"results\":[".to_owned();
    let server = ScriptedServer::start([Step::Stall(start)]).await;
    let client = client_of(&server).timeout(Duration::from_millis(500)).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
}

#[tokio::test]
async fn an_attempt_is_limited_by_the_total_timeout() {
    let server = ScriptedServer::start([Step::Stall(String::new())]).await;
    let limit = Duration::from_millis(500);
    let error = client_of(&server).total_timeout(limit).build().unwrap().list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { after } if after <= limit), "{error:?}");
}
