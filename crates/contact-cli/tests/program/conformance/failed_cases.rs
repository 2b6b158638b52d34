//! Servers that do not meet a requirement.

use std::sync::atomic::{AtomicUsize, Ordering};

use contact_testing::{Backend, Received};
use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;

use super::altered_server::{self, Alter, FOREIGN_KEY, alter_json};
use crate::process::{Finished, finish, wait};
use crate::stage::Stage;

fn nothing(_: &mut Received) {}

/// Runs cases against an altered server.
async fn run_altered(
    stage: &Stage,
    request: fn(&mut Received),
    response: Alter,
    arguments: &[&str],
) -> Finished {
    let altered = altered_server::start(&stage.company, request, response).await;
    let mut command = stage.program(&[&["conformance"], arguments].concat());
    command.env("CONTACTS_URL", altered.url).env("CONTACTS_API_KEY", FOREIGN_KEY);
    let finished = finish(command).await;
    assert!(!finished.stdout.contains(FOREIGN_KEY) && !finished.stderr.contains(FOREIGN_KEY));
    finished
}

/// Returns the names of the failed cases, which the error must contain.
async fn failed_cases(
    stage: &Stage,
    request: fn(&mut Received),
    response: Alter,
    arguments: &[&str],
) -> Vec<String> {
    let finished = run_altered(stage, request, response, arguments).await;
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    let rows: Vec<Value> = serde_json::from_str(&finished.stdout).unwrap();
    let failed = rows.iter().filter(|row| row["outcome"] == "failed");
    let failed: Vec<String> = failed.filter_map(|row| row["case"].as_str()).map(str::to_owned).collect();
    for case in failed.iter().take(10) {
        assert!(finished.stderr.contains(case), "{finished:#?}");
    }
    failed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn failed_cases_are_named() {
    let stage = Stage::start(Backend::Sqlite).await;
    let without_notes: Alter = |request, response| {
        if request.method == "PATCH" {
            alter_json(response, |json| {
                json.as_object_mut().unwrap().remove("notes");
            });
        }
    };
    assert_eq!(
        failed_cases(&stage, nothing, without_notes, &["--only", "update.types"]).await,
        ["update.types"],
        "a key is missing"
    );

    let one_key_too_many: Alter = |request, response| {
        if request.method == "GET" {
            alter_json(response, |json| json["source"] = "x".into());
        }
    };
    assert_eq!(
        failed_cases(&stage, nothing, one_key_too_many, &["--only", "get.fourteen"]).await,
        ["get.fourteen-keys"]
    );

    let ignores_an_empty_email = |request: &mut Received| {
        if request.method == "PATCH" && request.json()["email"] == "" {
            request.body = "{}".to_owned();
        }
    };
    let only = ["--only", "update.e", "--decided"];
    assert_eq!(
        failed_cases(&stage, ignores_an_empty_email, |_, _| {}, &only).await,
        ["update.empty-email-is-null"]
    );

    let merges_tags: Alter = |request, response| {
        if request.method == "PATCH" && request.json()["tags"].is_array() {
            alter_json(response, |json| json["tags"].as_array_mut().unwrap().push("old".into()));
        }
    };
    assert_eq!(
        failed_cases(&stage, nothing, merges_tags, &["--only", "update.tags"]).await,
        ["update.tags-are-replaced"]
    );

    let fails: Alter = |request, response| {
        if request.target().contains("pn=true") {
            response.status = 500;
        }
    };
    assert_eq!(
        failed_cases(&stage, nothing, fails, &["--only", "get.pn"]).await,
        ["get.pn-with-a-phone", "get.pn-without-a-phone"]
    );

    let changes_a_contact_on_each_read: Alter = |request, response| {
        static READ: AtomicUsize = AtomicUsize::new(0);
        if request.method == "GET" {
            let notes = READ.fetch_add(1, Ordering::Relaxed).to_string();
            alter_json(response, |json| json["notes"] = notes.into());
        }
    };
    let only = ["--decided", "--only", "bodies.another-type-of-tag"];
    assert_eq!(
        failed_cases(&stage, nothing, changes_a_contact_on_each_read, &only).await,
        ["bodies.another-type-of-tag"]
    );
    assert_eq!(stage.json(&["list"]).await.as_array().unwrap().len(), 0, "a failed case leaves nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_list_is_read_to_its_end_and_an_endless_list_fails() {
    let stage = Stage::start(Backend::Sqlite).await;
    let one_a_page = |request: &mut Received| {
        request.set_target(&request.target().replace("/agents/?page_size=200", "/agents/?page_size=1"));
    };
    // The real server names itself, to which no key of this one is sent.
    let next_is_here: Alter = |_, response| {
        alter_json(response, |json| {
            if let Some(next) = json["next"].as_str().and_then(|next| url::Url::parse(next).ok()) {
                json["next"] = next[url::Position::BeforePath..].into();
            }
        });
    };
    for name in ["Front desk", "Night desk"] {
        stage.company.post("/agents/", serde_json::json!({ "name": name })).await;
    }
    let only = ["--extensions", "--only", "extensions.agents"];
    // The agent that the case makes is on the third page.
    let passed = run_altered(&stage, one_a_page, next_is_here, &only).await;
    assert_eq!(passed.code, Some(0), "{passed:#?}");

    let links_to_itself: Alter = |request, response| {
        if request.method == "GET" && request.target().contains("page_size=200") {
            alter_json(response, |json| json["next"] = request.target().into());
        }
    };
    assert_eq!(failed_cases(&stage, nothing, links_to_itself, &only).await, ["extensions.agents"]);

    let fails_later: Alter = |request, response| {
        if request.target().contains("cursor=") {
            response.status = 500;
        }
        alter_json(response, |json| {
            if json["next"].is_string() {
                json["next"] = "/agents/?page_size=1&cursor=next".into();
            }
        });
    };
    assert_eq!(failed_cases(&stage, one_a_page, fails_later, &only).await, ["extensions.agents"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_junit_report_contains_every_case() {
    let stage = Stage::start(Backend::Sqlite).await;
    let ignores_an_empty_email = |request: &mut Received| {
        if request.method == "PATCH" && request.json()["email"] == "" {
            request.body = "{}".to_owned();
        }
    };
    let file = stage.directory.path().join("conformance.xml");
    let arguments =
        ["--decided", "--only", "update.", "--only", "tenancy", "--only", "shared.other", "--junit"];
    let arguments = [&arguments[..], &[file.to_str().unwrap(), "--output", "json"]].concat();
    let finished = run_altered(&stage, ignores_an_empty_email, |_, _| {}, &arguments).await;
    let rows: Vec<Value> = serde_json::from_str(&finished.stdout).unwrap();

    let xml = std::fs::read_to_string(&file).unwrap();
    assert!(!xml.contains(FOREIGN_KEY));
    let report = Report::deserialize_from_str(&xml).unwrap();
    let cases: Vec<_> = report.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
    assert_eq!((cases.len(), report.tests, report.failures), (rows.len(), rows.len(), 1));
    for row in &rows {
        let case = cases.iter().find(|case| row["case"] == case.name.as_str()).unwrap();
        match (&case.status, row["outcome"].as_str().unwrap()) {
            (TestCaseStatus::Success { .. }, "passed") => {}
            (TestCaseStatus::Skipped { message, .. }, "skipped") => {
                assert_eq!(message.as_ref().unwrap().as_str(), row["reason"]);
            }
            (TestCaseStatus::NonSuccess { message, description, .. }, "failed") => {
                assert_eq!(message.as_ref().unwrap().as_str(), row["rule"]);
                let description = description.as_ref().unwrap().as_str();
                assert!(description.contains("body/email: expected null"), "{description}");
                assert!(description.contains("PATCH /contacts/"), "{description}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn failed_cases_are_reported_even_if_a_report_cannot_be_written() {
    let stage = Stage::start(Backend::Sqlite).await;
    let ignores_an_empty_email = |request: &mut Received| {
        if request.method == "PATCH" && request.json()["email"] == "" {
            request.body = "{}".to_owned();
        }
    };
    let altered = altered_server::start(&stage.company, ignores_an_empty_email, |_, _| {}).await;
    let conformance = |arguments: &[&str]| {
        let all = [&["conformance", "--only", "update.e", "--output", "ndjson"], arguments].concat();
        let mut command = stage.program(&all);
        command.env("CONTACTS_URL", &altered.url).env("CONTACTS_API_KEY", FOREIGN_KEY);
        command
    };

    // As with `| head -0`.
    let file = stage.directory.path().join("conformance.xml");
    let mut child = conformance(&["--junit", file.to_str().unwrap()]).spawn().unwrap();
    drop(child.stdout.take());
    let finished = wait(child).await;
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert!(finished.stderr.contains("error: 1 case failed"), "{}", finished.stderr);
    assert!(std::fs::read_to_string(&file).unwrap().contains("update.empty-email-is-null"));

    let missing = stage.directory.path().join("missing/conformance.xml");
    let finished = finish(conformance(&["--junit", missing.to_str().unwrap()])).await;
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    for stderr in ["missing/conformance.xml", "error: 1 case failed", "update.empty-email-is-null"] {
        assert!(finished.stderr.contains(stderr), "{}", finished.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failed_case_is_reported_in_a_table() {
    let stage = Stage::start(Backend::Sqlite).await;
    let ignores_an_empty_email = |request: &mut Received| {
        if request.method == "PATCH" && request.json()["email"] == "" {
            request.body = "{}".to_owned();
        }
    };
    let arguments = ["--decided", "--only", "update.e", "--only", "shared.other", "--output", "table"];
    let finished = run_altered(&stage, ignores_an_empty_email, |_, _| {}, &arguments).await;
    insta::assert_snapshot!(format!("{}\n{}", finished.stdout, steady(&finished.stderr)));
    let quiet = [&arguments[..], &["--quiet"]].concat();
    let finished = run_altered(&stage, ignores_an_empty_email, |_, _| {}, &quiet).await;
    assert_eq!(finished.stdout, "update.empty-email-is-null\n");
}

/// With ids and made-up addresses replaced, and without the progress of a slow machine.
fn steady(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains(" cases/s"));
    let mut steady = lines.collect::<Vec<_>>().join("\n");
    for (before, after) in [("/contacts/", "/"), ("conformance-", "@")] {
        if let Some((first, rest)) = steady.clone().split_once(before) {
            let (_, last) = rest.split_once(after).unwrap();
            steady = format!("{first}{before}…{after}{last}");
        }
    }
    steady
}
