//! Answers that are none of the API's.

use contact_client::model::{ContactId, NewApiKey};
use contact_client::{ContactCreate, Error, UnexpectedAnswer};
use futures::TryStreamExt as _;

use crate::scripted_server::{ScriptedServer, Step, answer};

async fn unexpected(step: Step) -> UnexpectedAnswer {
    let server = ScriptedServer::start([step]).await;
    match server.client().build().unwrap().list_agents().await {
        Err(Error::Unexpected(answer)) => *answer,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_came_is_told() {
    let headers = "content-type: text/html\r\nx-request-id: r7\r\nretry-after: 5\r\n";
    let page = unexpected(answer("500 Internal Server Error", headers, "<h1>Oops</h1>")).await;
    assert_eq!((page.status, page.body.as_str()), (500, "<h1>Oops</h1>"));
    assert_eq!(page.content_type.as_deref(), Some("text/html"));
    assert_eq!(page.request_id.as_deref(), Some("r7"));
    assert_eq!(page.retry_after.map(|wait| wait.as_secs()), Some(5));
    assert!(page.to_string().contains("500"), "{page}");
}

#[tokio::test]
async fn json_of_another_form_is_told_with_its_place() {
    for body in [r#"{"results":[{"id":7}]}"#, r#"{"agents":[]}"#, "{", "", "[]", "\u{feff}{}"] {
        let answer = unexpected(answer("200 OK", "", body)).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, body));
        assert!(answer.reason.contains("line 1"), "{}", answer.reason);
    }
}

#[tokio::test]
async fn what_came_is_not_for_logs() {
    let made = answer("200 OK", "", r#"{"id":7,"key":"ctk_secret"}"#);
    let server = ScriptedServer::start([made]).await;
    let error = server.client().build().unwrap().create_api_key(NewApiKey::default()).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("ctk_") && shown.contains("27 bytes"), "{shown}");
    assert!(matches!(error, Error::Unexpected(answer) if answer.body.contains("ctk_secret")));
}

#[tokio::test]
async fn a_problem_of_another_status_is_none() {
    let problem = r#"{"type":"about:blank","title":"","status":404,"detail":"","request_id":""}"#;
    assert_eq!(unexpected(answer("400 Bad Request", "", problem)).await.status, 400);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = ScriptedServer::start([answer("200 OK", "", "{}")]).await;
    let location = format!("location: {}/agents/\r\n", elsewhere.url);
    assert_eq!(unexpected(answer("307 Temporary Redirect", &location, "")).await.status, 307);
    assert!(elsewhere.seen().is_empty(), "the key goes nowhere else");
}

#[tokio::test]
async fn an_answer_without_what_it_is_to_say_is_told() {
    let nowhere = ScriptedServer::start([answer("201 Created", "location: /somewhere/else/\r\n", "")]).await;
    let created = nowhere.client().build().unwrap().create_contact(ContactCreate::new()).await;
    assert!(
        matches!(created, Err(Error::Unexpected(ref answer)) if answer.reason.contains("/somewhere/else/"))
    );
    let chatty = ScriptedServer::start([answer("200 OK", "", "done")]).await;
    let deleted = chatty.client().build().unwrap().delete_contact(ContactId(uuid::Uuid::nil())).await;
    assert!(matches!(deleted, Err(Error::Unexpected(_))));
}

#[tokio::test]
async fn a_write_that_was_to_be_a_dry_run_is_told() {
    let server = ScriptedServer::start([answer("204 No Content", "", "")]).await;
    let delete = server.client().build().unwrap().delete_contact(ContactId(uuid::Uuid::nil())).dry_run();
    let error = delete.await.unwrap_err();
    assert!(matches!(error, Error::Unexpected(ref answer) if answer.reason.contains("dry run")), "{error:?}");
}

#[tokio::test]
async fn a_list_that_goes_on_nowhere_is_told() {
    let page = answer("200 OK", "", r#"{"results":[],"next":"/tags/?page=2"}"#);
    let server = ScriptedServer::start([page]).await;
    let mut tags = server.client().build().unwrap().list_tags().items();
    let error = tags.try_next().await.unwrap_err();
    assert!(matches!(error, Error::Unexpected(ref answer) if answer.reason.contains("/tags/?page=2")));
}

#[tokio::test]
async fn a_list_that_does_not_get_on_is_told() {
    const ONE: &str = r#"{"results":[{"tag":"vip","contacts":1}],"next":"/tags/?cursor=a%2Bb"}"#;
    let server = ScriptedServer::start([answer("200 OK", "", ONE)]).await;
    let list = server.client().build().unwrap().list_tags();
    let mut tags = list.clone().items();
    assert!(tags.try_next().await.unwrap().is_some());
    let error = tags.try_next().await.unwrap_err();
    assert!(
        matches!(error, Error::Unexpected(ref answer) if answer.reason.contains("a+b") && answer.body == ONE)
    );
    assert!(tags.try_next().await.unwrap().is_none());
    assert_eq!(server.seen().len(), 2);
    assert!(list.cursor("a+b").pages().try_next().await.is_err(), "from a cursor of the caller's own too");
}
