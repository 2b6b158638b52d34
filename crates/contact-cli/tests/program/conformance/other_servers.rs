//! Other servers, and runs that cannot start.

use contact_client::model::Access;
use contact_testing::Backend;
use serde_json::Value;
use tokio::process::Command;
use wiremock::MockServer;

use super::altered_server::{self, Answered, Asked, FOREIGN_KEY};
use crate::process::finish;
use crate::stage::Stage;

/// Removes everything that is not documented from a request.
fn forgets_extensions(asked: &mut Asked) {
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    let is_documented = match asked.method.as_str() {
        "GET" | "PATCH" => path.starts_with("/contacts/") && path.matches('/').count() == 3,
        "POST" => path == "/contacts/",
        _ => false,
    };
    let query = if query.starts_with("pn=") { format!("?{query}") } else { String::new() };
    asked.path = if is_documented { format!("{path}{query}") } else { "/nowhere/".to_owned() };
}

fn says_no_more_than_documented(_: &Asked, answered: &mut Answered) {
    answered.headers.retain(|(name, _)| name == "content-type");
    if answered.status == 201 {
        answered.status = 200;
    }
}

async fn documented_server(stage: &Stage) -> MockServer {
    altered_server::start(&stage.server, &stage.company, forgets_extensions, says_no_more_than_documented)
        .await
}

fn at(server: &MockServer, stage: &Stage, arguments: &[&str]) -> Command {
    let mut command = stage.program(&[&["conformance"], arguments].concat());
    command.env("CONTACTS_URL", server.uri()).env("CONTACTS_API_KEY", FOREIGN_KEY);
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

fn removes_a_prefix(asked: &mut Asked) {
    asked.path = asked.path.strip_prefix("/api").expect("every request has the prefix").to_owned();
}

fn adds_the_prefix(_: &Asked, answered: &mut Answered) {
    for (_, path) in answered.headers.iter_mut().filter(|(name, _)| name == "location") {
        path.insert_str(0, "/api");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_below_a_path_prefix_passes() {
    let stage = Stage::start(Backend::Sqlite).await;
    let server =
        altered_server::start(&stage.server, &stage.company, removes_a_prefix, adds_the_prefix).await;
    let mut command = at(&server, &stage, &["--decided", "--only", "location", "--only", "create.new"]);
    command.env("CONTACTS_URL", format!("{}/api", server.uri()));
    let finished = finish(command).await;
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(!finished.stdout.contains("skipped"), "{}", finished.stdout);
}

/// Refuses null, because the documented type of texts does not include it.
fn refuses_null(asked: &mut Asked) {
    forgets_extensions(asked);
    let has_null = asked.json().as_object().is_some_and(|body| body.values().any(Value::is_null));
    if asked.method == "PATCH" && has_null {
        asked.body = b"no JSON".to_vec();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn differences_that_cannot_be_restored_are_reported() {
    let stage = Stage::start(Backend::Sqlite).await;
    let server =
        altered_server::start(&stage.server, &stage.company, refuses_null, says_no_more_than_documented)
            .await;
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
    let read = stage.key(Access::Read).await;
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
