//! What a run leaves on a server: nothing, or a warning that names it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use contact_testing::{Backend, Received, ScriptedServer, Step, TestResponse, respond};

use super::altered_server::{self, FOREIGN_KEY};
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
    let keeps_contacts = |request: &mut Received| {
        if request.method == "DELETE" {
            request.set_target("/nowhere/to/be/found/");
        }
    };
    let refuses = |request: &Received, response: &mut TestResponse| {
        if request.method == "DELETE" {
            response.status = 405;
        }
    };
    let server = altered_server::start(&stage.company, keeps_contacts, refuses).await;
    let finished = run(&stage, &server.url, &["--only", "update.empty-email"]).await;
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
    let says_neither = |request: &Received, response: &mut TestResponse| {
        if request.method == "POST" && response.status == 201 {
            response.status = 200;
        }
    };
    let server = altered_server::start(&stage.company, |_| {}, says_neither).await;
    let finished =
        run(&stage, &server.url, &["--only", "create.new-contact", "--only", "create.notes"]).await;
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    let left = stage.run(&["list", "--all", "--quiet"]).await.text();
    assert!(left.lines().count() > 3, "{left}");
    for id in left.lines() {
        assert_eq!(finished.stderr.matches(&format!("/contacts/{id}/")).count(), 1, "{}", finished.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_deleted_even_if_other_responses_are_incomplete() {
    let stage = Stage::start(Backend::Sqlite).await;
    // The paths of the contacts on the server, and the number of creates.
    let contacts = Arc::new(Mutex::new((BTreeSet::new(), 0)));
    let stored = Arc::clone(&contacts);
    // Every second response to a create is incomplete, and its contact does not exist.
    let server = ScriptedServer::start_with(move |request| {
        let (contacts, created) = &mut *stored.lock().unwrap();
        let path = request.url.path();
        if request.method == "DELETE" && contacts.remove(path) {
            return respond(204, "", "");
        }
        if request.method != "POST" || path != "/contacts/" {
            return respond(404, "", "");
        }
        *created += 1;
        if *created % 2 == 0 {
            return Step::Send("HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{".to_owned());
        }
        let path = format!("/contacts/{created}/");
        contacts.insert(path.clone());
        respond(201, &format!("location: {path}\r\n"), "")
    });
    let finished = run(&stage, &server.await.url, &["--decided", "--only", "create.many-at-once"]).await;
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert!(finished.stderr.contains("response: expected a response"), "{}", finished.stderr);
    let (left, created) = &*contacts.lock().unwrap();
    assert!(*created > 16, "as many as there are");
    assert_eq!(*left, BTreeSet::new());
}
