//! Responses that the API does not return.

use contact_client::model::{ContactId, NewApiKey};
use contact_client::{ContactCreate, Error, UnexpectedResponse};
use contact_testing::{ScriptedServer, Step, respond};
use futures::TryStreamExt as _;

use crate::client_of;

async fn unexpected(step: Step) -> UnexpectedResponse {
    let server = ScriptedServer::start([step]).await;
    match client_of(&server).build().unwrap().list_agents().await {
        Err(Error::Unexpected(response)) => *response,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_unexpected_response_is_returned() {
    let headers = "content-type: text/html\r\nx-request-id: r7\r\nretry-after: 5\r\n";
    let page = unexpected(respond(500, headers, "<h1>Oops</h1>")).await;
    assert_eq!((page.status, page.body.as_str()), (500, "<h1>Oops</h1>"));
    assert_eq!(page.content_type.as_deref(), Some("text/html"));
    assert_eq!(page.request_id.as_deref(), Some("r7"));
    assert_eq!(page.retry_after.map(|wait| wait.as_secs()), Some(5));
    assert!(page.to_string().contains("500"), "{page}");
}

#[tokio::test]
async fn invalid_json_is_reported_with_its_location() {
    for body in [r#"{"results":[{"id":7}]}"#, r#"{"agents":[]}"#, "{", "", "[]", "\u{feff}{}"] {
        let response = unexpected(respond(200, "", body)).await;
        assert_eq!((response.status, response.body.as_str()), (200, body));
        assert!(response.reason.contains("line 1"), "{}", response.reason);
    }
}

#[tokio::test]
async fn debug_does_not_contain_the_body_of_a_response() {
    let created = respond(200, "", r#"{"id":7,"key":"ctk_secret"}"#);
    let server = ScriptedServer::start([created]).await;
    let error = client_of(&server).build().unwrap().create_api_key(NewApiKey::default()).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("ctk_") && shown.contains("27 bytes"), "{shown}");
    assert!(matches!(error, Error::Unexpected(response) if response.body.contains("ctk_secret")));
}

#[tokio::test]
async fn a_problem_with_another_status_is_not_used() {
    let problem = r#"{"type":"about:blank","title":"","status":404,"detail":"","request_id":""}"#;
    assert_eq!(unexpected(respond(400, "", problem)).await.status, 400);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = ScriptedServer::start([respond(200, "", "{}")]).await;
    let location = format!("location: {}/agents/\r\n", elsewhere.url);
    assert_eq!(unexpected(respond(307, &location, "")).await.status, 307);
    assert!(elsewhere.received().is_empty(), "the key must not be sent to another server");
}

#[tokio::test]
async fn a_response_of_another_form_is_an_error() {
    let without_id = ScriptedServer::start([respond(201, "location: /somewhere/else/\r\n", "")]).await;
    let created = client_of(&without_id).build().unwrap().create_contact(ContactCreate::new()).await;
    assert!(
        matches!(created, Err(Error::Unexpected(ref response)) if response.reason.contains("/somewhere/else/"))
    );
    let with_body = ScriptedServer::start([respond(200, "", "done")]).await;
    let deleted = client_of(&with_body).build().unwrap().delete_contact(ContactId(uuid::Uuid::nil())).await;
    assert!(matches!(deleted, Err(Error::Unexpected(_))));
}

#[tokio::test]
async fn an_unconfirmed_dry_run_is_an_error() {
    let server = ScriptedServer::start([respond(204, "", "")]).await;
    let delete = client_of(&server).build().unwrap().delete_contact(ContactId(uuid::Uuid::nil())).dry_run();
    let error = delete.await.unwrap_err();
    assert!(
        matches!(error, Error::Unexpected(ref response) if response.reason.contains("dry run")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_next_url_without_a_cursor_is_an_error() {
    let page = respond(200, "", r#"{"results":[],"next":"/tags/?page=2"}"#);
    let server = ScriptedServer::start([page]).await;
    let mut tags = client_of(&server).build().unwrap().list_tags().items();
    let error = tags.try_next().await.unwrap_err();
    assert!(matches!(error, Error::Unexpected(ref response) if response.body.contains("/tags/?page=2")));
}

#[tokio::test]
async fn a_list_that_repeats_a_page_is_an_error() {
    const ONE: &str = r#"{"results":[{"tag":"vip","contacts":1}],"next":"/tags/?cursor=a%2Bb"}"#;
    let server = ScriptedServer::start([respond(200, "", ONE)]).await;
    let list = client_of(&server).build().unwrap().list_tags();
    let mut tags = list.clone().items();
    assert!(tags.try_next().await.unwrap().is_some());
    let error = tags.try_next().await.unwrap_err();
    assert!(
        matches!(error, Error::Unexpected(ref response) if response.reason.contains("cycle") && response.body == ONE)
    );
    assert!(tags.try_next().await.unwrap().is_none());
    assert_eq!(server.received().len(), 2);
    assert!(list.cursor("a+b").pages().try_next().await.is_err(), "a cursor of the caller counts as well");
}
