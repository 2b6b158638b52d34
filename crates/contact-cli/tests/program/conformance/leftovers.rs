//! What a run leaves on a server: nothing, or a warning that names it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, post};
use contact_testing::Backend;

use super::altered_server::{self, Answered, Asked, FOREIGN_KEY};
use crate::process::{Finished, finish};
use crate::stage::Stage;

async fn run(stage: &Stage, url: &str, arguments: &[&str]) -> Finished {
    let mut command = stage.program(&[&["conformance"], arguments].concat());
    command.env("CONTACTS_URL", url).env("CONTACTS_API_KEY", FOREIGN_KEY);
    finish(command).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn objects_that_are_not_deleted_are_reported() {
    let stage = Stage::start(Backend::Sqlite).await;
    let keeps_contacts = |asked: &mut Asked| {
        if asked.method == "DELETE" {
            asked.path = "/nowhere/to/be/found/".to_owned();
        }
    };
    let refuses = |asked: &Asked, answered: &mut Answered| {
        if asked.method == "DELETE" {
            answered.status = 405;
        }
    };
    let server = altered_server::start(&stage.server, &stage.company, keeps_contacts, refuses).await;
    let finished = run(&stage, &server.uri(), &["--only", "update.empty-email"]).await;
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    let left = stage.run(&["list", "--all", "--quiet"]).await.text();
    assert_eq!(left.lines().count(), 2);
    for id in left.lines() {
        assert!(finished.stderr.contains(&format!("/contacts/{id}/")), "{}", finished.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn contacts_that_may_be_new_are_reported() {
    let stage = Stage::start(Backend::Sqlite).await;
    let says_neither = |asked: &Asked, answered: &mut Answered| {
        if asked.method == "POST" && answered.status == 201 {
            answered.status = 200;
        }
    };
    let server = altered_server::start(&stage.server, &stage.company, |_| {}, says_neither).await;
    let finished =
        run(&stage, &server.uri(), &["--only", "create.new-contact", "--only", "create.notes"]).await;
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    let left = stage.run(&["list", "--all", "--quiet"]).await.text();
    assert!(left.lines().count() > 3, "{left}");
    for id in left.lines() {
        assert_eq!(finished.stderr.matches(&format!("/contacts/{id}/")).count(), 1, "{}", finished.stderr);
    }
}

/// The ids of the contacts on a server.
type Contacts = Arc<Mutex<(u32, BTreeSet<u32>)>>;

/// Creates a contact. Every second response is incomplete, and its contact does not exist.
async fn create(State(contacts): State<Contacts>) -> Response {
    let mut contacts = contacts.lock().unwrap();
    contacts.0 += 1;
    let id = contacts.0;
    if id % 2 == 0 {
        let broken = futures::stream::iter([Ok(Bytes::from_static(b"{")), Err("the line is cut")]);
        return (StatusCode::CREATED, Body::from_stream(broken)).into_response();
    }
    contacts.1.insert(id);
    (StatusCode::CREATED, [("location", format!("/contacts/{id}/"))]).into_response()
}

async fn remove(State(contacts): State<Contacts>, Path(id): Path<u32>) -> StatusCode {
    contacts.lock().unwrap().1.remove(&id);
    StatusCode::NO_CONTENT
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_deleted_even_if_other_responses_are_incomplete() {
    let stage = Stage::start(Backend::Sqlite).await;
    let contacts = Contacts::default();
    let app = axum::Router::new()
        .route("/contacts/", post(create))
        .route("/contacts/{id}/", delete(remove))
        .with_state(Arc::clone(&contacts));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let finished = run(&stage, &url, &["--decided", "--only", "create.many-at-once"]).await;
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert!(finished.stderr.contains("response: expected a response"), "{}", finished.stderr);
    assert!(contacts.lock().unwrap().0 > 16, "as many as there are");
    assert_eq!(contacts.lock().unwrap().1, BTreeSet::new());
    server.abort();
}
