//! Other servers, and runs that cannot start.

use contact_client::model::Access;
use contact_testing::{Backend, Received, ScriptedServer, TestResponse};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use serde_json::Value;
use tokio::process::Command;

use super::altered_server::{self, FOREIGN_KEY};
use crate::process::finish;
use crate::stage::Stage;

/// Removes everything that is not documented from a request.
fn forgets_extensions(request: &mut Received) {
    let (path, query) = request.target().split_once('?').unwrap_or((request.target(), ""));
    let is_documented = match request.method.as_str() {
        "GET" | "PATCH" => path.starts_with("/contacts/") && path.matches('/').count() == 3,
        "POST" => path == "/contacts/",
        _ => false,
    };
    let query = if query.starts_with("pn=") { format!("?{query}") } else { String::new() };
    let target = if is_documented { format!("{path}{query}") } else { "/nowhere/".to_owned() };
    request.set_target(&target);
}

fn says_no_more_than_documented(_: &Received, response: &mut TestResponse) {
    let media_type = response.headers.remove(CONTENT_TYPE);
    response.headers = media_type.into_iter().map(|value| (CONTENT_TYPE, value)).collect();
    if response.status == 201 {
        response.status = 200;
    }
}

async fn documented_server(stage: &Stage) -> ScriptedServer {
    altered_server::start(&stage.company, forgets_extensions, says_no_more_than_documented).await
}

fn at(server: &ScriptedServer, stage: &Stage, arguments: &[&str]) -> Command {
    let mut command = stage.program(&[&["conformance"], arguments].concat());
    command.env("CONTACTS_URL", &server.url).env("CONTACTS_API_KEY", FOREIGN_KEY);
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_with_only_the_documented_operations_is_tested_with_one_contact() {
    let stage = Stage::start(Backend::Sqlite).await;
    let server = documented_server(&stage).await;
    let without = finish(at(&server, &stage, &[])).await.refusal(1);
    assert!(without.contains("--contact-id") && without.contains("left on the server"), "{without}");

    let id =
        stage.id(&["create", "--phone", "+14155552671", "--full-name", "jane doe", "--tag", "vip"]).await;
    let before = stage.json(&["get", &id]).await;
    let finished = finish(at(&server, &stage, &["--contact-id", &id])).await;
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    let rows: Vec<Value> = serde_json::from_str(&finished.stdout).unwrap();
    let passed = rows.iter().filter(|row| row["outcome"] == "passed").count();
    assert!(passed > 25, "{passed} of {} passed", rows.len());
    assert!(
        finished.stderr.contains("skipped: the server does not support `?include=`"),
        "{}",
        finished.stderr
    );
    assert_eq!(stage.json(&["get", &id]).await, before);
}

fn removes_a_prefix(request: &mut Received) {
    let target = request.target().strip_prefix("/api").expect("every request has the prefix").to_owned();
    request.set_target(&target);
}

fn adds_the_prefix(_: &Received, response: &mut TestResponse) {
    if let Some(path) = response.headers.get_mut(LOCATION) {
        *path = format!("/api{}", path.to_str().unwrap()).parse().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_below_a_path_prefix_passes() {
    let stage = Stage::start(Backend::Sqlite).await;
    let server = altered_server::start(&stage.company, removes_a_prefix, adds_the_prefix).await;
    let mut command = at(&server, &stage, &["--decided", "--only", "location", "--only", "create.new"]);
    command.env("CONTACTS_URL", format!("{}/api", server.url));
    let finished = finish(command).await;
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(!finished.stdout.contains("skipped"), "{}", finished.stdout);
}

/// Refuses null, because the documented type of texts does not include it.
fn refuses_null(request: &mut Received) {
    forgets_extensions(request);
    let has_null = request.json().as_object().is_some_and(|body| body.values().any(Value::is_null));
    if request.method == "PATCH" && has_null {
        request.body = "no JSON".to_owned();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn differences_that_cannot_be_restored_are_reported() {
    let stage = Stage::start(Backend::Sqlite).await;
    let server = altered_server::start(&stage.company, refuses_null, says_no_more_than_documented).await;
    let id = stage.id(&["create", "--full-name", "jane doe"]).await;
    let run = ["--contact-id", &id, "--only", "update.", "--only", "create."];
    let finished = finish(at(&server, &stage, &run)).await;
    let contact = stage.json(&["get", &id]).await;
    assert_eq!((&contact["name"], &contact["tags"]), (&"Jane Doe".into(), &serde_json::json!([])));
    // Only the email has a documented way to become null.
    assert_eq!(
        (&contact["email"], &contact["phone"], &contact["notes"]),
        (&Value::Null, &"".into(), &"".into())
    );
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert!(finished.stderr.contains("error: the contact was not restored"), "{}", finished.stderr);
    assert!(finished.stderr.contains("the contact/phone: expected null, got \"\""), "{}", finished.stderr);
    let file = format!("conformance-{id}.json");
    assert!(finished.stderr.contains(&format!("restore the contact from {file}")), "{}", finished.stderr);
    let kept: Value =
        serde_json::from_slice(&std::fs::read(stage.directory.path().join(file)).unwrap()).unwrap();
    assert_eq!((&kept["id"], &kept["phone"]), (&id.as_str().into(), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_codes_are_those_of_every_command() {
    let stage = Stage::start(Backend::Sqlite).await;
    stage.run(&["conformance", "--only", "no-such-case"]).await.refusal(2);
    stage.run(&["conformance", "--url", "contacts.example.com"]).await.refusal(2);
    let no_one = "018bab2f-5d60-7c31-9a55-8dd25736052a";
    stage.run(&["conformance", "--contact-id", no_one]).await.refusal(3);
    let read = stage.company.with_access(Access::Read).await.key;
    stage.run(&["conformance", "--api-key", &read]).await.refusal(4);
    stage.run(&["conformance", "--api-key", "unknown"]).await.refusal(4);
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", taken.local_addr().unwrap());
    stage.run(&["conformance", "--url", &url]).await.refusal(5);
}

#[tokio::test]
async fn the_cases_are_listed_without_a_server() {
    let list = finish(crate::process::program(&["conformance", "--list", "--output", "json"])).await.json();
    let list = list.as_array().unwrap();
    assert!(list.len() > 30 && list.iter().all(|case| case["rank"] == "documented"), "{list:#?}");
    let all = ["conformance", "--list", "--decided", "--extensions", "--quiet"];
    let all = finish(crate::process::program(&all)).await.text();
    assert!(all.lines().any(|line| line == "extensions.batch") && all.lines().count() > 150, "{all}");
}
