//! Servers that do not answer in time.

use std::time::Duration;

use contact_client::Error;

use crate::scripted_server::{ScriptedServer, Step};

#[tokio::test]
async fn an_answer_that_never_begins_is_a_timeout() {
    let server = ScriptedServer::start([Step::Stall(String::new())]).await;
    let limit = Duration::from_millis(500);
    let error = server.client().timeout(limit).build().unwrap().list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { after } if after <= limit), "{error:?}");
    assert_eq!(server.seen().len(), 1, "an attempt that took too long is not repeated");
}

#[tokio::test]
async fn an_answer_that_stops_in_its_middle_is_a_timeout() {
    let begun = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"results\":[".to_owned();
    let server = ScriptedServer::start([Step::Stall(begun)]).await;
    let client = server.client().timeout(Duration::from_millis(500)).build().unwrap();
    let error = client.list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
}

#[tokio::test]
async fn no_attempt_takes_longer_than_all_together_may() {
    let server = ScriptedServer::start([Step::Stall(String::new())]).await;
    let limit = Duration::from_millis(500);
    let error = server.client().total_timeout(limit).build().unwrap().list_agents().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { after } if after <= limit), "{error:?}");
}
