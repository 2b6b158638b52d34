//! Servers that break promises: each is found, and named.

use std::sync::atomic::{AtomicUsize, Ordering};

use contact_testing::Backend;
use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;
use tokio::time::timeout;

use super::altered_server::{self, Alter, Answered, Asked, FOREIGN_KEY};
use crate::process::{Finished, PATIENCE, finish};
use crate::stage::Stage;

fn nothing(_: &mut Asked) {}

/// Runs cases against a server that breaks something.
async fn found(
    stage: &Stage,
    asked: fn(&mut Asked),
    answered: Alter<Answered>,
    arguments: &[&str],
) -> Finished {
    let altered = altered_server::start(&stage.server, &stage.company, asked, answered).await;
    let mut command = stage.program(&[&["conformance"], arguments].concat());
    command.env("CONTACTS_URL", altered.uri()).env("CONTACTS_API_KEY", FOREIGN_KEY);
    let finished = finish(command).await;
    assert!(!finished.stdout.contains(FOREIGN_KEY) && !finished.stderr.contains(FOREIGN_KEY));
    finished
}

/// The names of the broken cases, having seen that the program says so.
async fn broken(
    stage: &Stage,
    asked: fn(&mut Asked),
    answered: Alter<Answered>,
    arguments: &[&str],
) -> Vec<String> {
    let finished = found(stage, asked, answered, arguments).await;
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    let rows: Vec<Value> = serde_json::from_str(&finished.stdout).unwrap();
    let broken = rows.iter().filter(|row| row["outcome"] == "broken");
    let broken: Vec<String> = broken.filter_map(|row| row["case"].as_str()).map(str::to_owned).collect();
    for case in broken.iter().take(10) {
        assert!(finished.stderr.contains(case), "{finished:#?}");
    }
    broken
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_broken_is_named() {
    let stage = Stage::start(Backend::Sqlite).await;
    let without_notes: Alter<Answered> = |asked, answered| {
        if asked.method == "PATCH" {
            answered.alter_json(|json| {
                json.as_object_mut().unwrap().remove("notes");
            });
        }
    };
    assert_eq!(
        broken(&stage, nothing, without_notes, &["--only", "update.types"]).await,
        ["update.types"],
        "a key is missing"
    );

    let one_key_too_many: Alter<Answered> = |asked, answered| {
        if asked.method == "GET" {
            answered.alter_json(|json| json["source"] = "x".into());
        }
    };
    assert_eq!(
        broken(&stage, nothing, one_key_too_many, &["--only", "get.fourteen"]).await,
        ["get.fourteen-keys"]
    );

    let keeps_an_email = |asked: &mut Asked| {
        if asked.method == "PATCH" && asked.json()["email"] == "" {
            asked.body = b"{}".to_vec();
        }
    };
    let only = ["--only", "update.e", "--decided"];
    assert_eq!(broken(&stage, keeps_an_email, |_, _| {}, &only).await, ["update.empty-email-is-null"]);

    let merges_tags: Alter<Answered> = |asked, answered| {
        if asked.method == "PATCH" && asked.json()["tags"].is_array() {
            answered.alter_json(|json| json["tags"].as_array_mut().unwrap().push("old".into()));
        }
    };
    assert_eq!(
        broken(&stage, nothing, merges_tags, &["--only", "update.tags"]).await,
        ["update.tags-are-replaced"]
    );

    let fails: Alter<Answered> = |asked, answered| {
        if asked.path.contains("pn=true") {
            answered.status = 500;
        }
    };
    assert_eq!(
        broken(&stage, nothing, fails, &["--only", "get.pn"]).await,
        ["get.pn-with-a-phone", "get.pn-without-a-phone"]
    );

    let is_written_though_it_is_refused: Alter<Answered> = |asked, answered| {
        static READ: AtomicUsize = AtomicUsize::new(0);
        if asked.method == "GET" {
            let notes = READ.fetch_add(1, Ordering::Relaxed).to_string();
            answered.alter_json(|json| json["notes"] = notes.into());
        }
    };
    let only = ["--decided", "--only", "bodies.another-type-of-tag"];
    assert_eq!(
        broken(&stage, nothing, is_written_though_it_is_refused, &only).await,
        ["bodies.another-type-of-tag"]
    );
    assert_eq!(stage.json(&["list"]).await.as_array().unwrap().len(), 0, "nothing is left of a broken case");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_list_is_read_to_its_end_and_one_without_an_end_is_told() {
    let stage = Stage::start(Backend::Sqlite).await;
    let one_a_page = |asked: &mut Asked| {
        asked.path = asked.path.replace("/agents/?page_size=200", "/agents/?page_size=1");
    };
    // The real server names itself, to which no key of this one is sent.
    let next_is_here: Alter<Answered> = |_, answered| {
        answered.alter_json(|json| {
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
    let kept = found(&stage, one_a_page, next_is_here, &only).await;
    assert_eq!(kept.code, Some(0), "{kept:#?}");

    let names_itself: Alter<Answered> = |asked, answered| {
        if asked.method == "GET" && asked.path.contains("page_size=200") {
            let itself = asked.path.clone();
            answered.alter_json(|json| json["next"] = itself.into());
        }
    };
    assert_eq!(broken(&stage, nothing, names_itself, &only).await, ["extensions.agents"]);

    let fails_later: Alter<Answered> = |asked, answered| {
        if asked.path.contains("cursor=") {
            answered.status = 500;
        }
        answered.alter_json(|json| {
            if json["next"].is_string() {
                json["next"] = "/agents/?page_size=1&cursor=next".into();
            }
        });
    };
    assert_eq!(broken(&stage, one_a_page, fails_later, &only).await, ["extensions.agents"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_report_for_build_servers_has_every_case() {
    let stage = Stage::start(Backend::Sqlite).await;
    let keeps_an_email = |asked: &mut Asked| {
        if asked.method == "PATCH" && asked.json()["email"] == "" {
            asked.body = b"{}".to_vec();
        }
    };
    let file = stage.directory.path().join("conformance.xml");
    let arguments =
        ["--decided", "--only", "update.", "--only", "tenancy", "--only", "shared.other", "--junit"];
    let arguments = [&arguments[..], &[file.to_str().unwrap(), "--output", "json"]].concat();
    let finished = found(&stage, keeps_an_email, |_, _| {}, &arguments).await;
    let rows: Vec<Value> = serde_json::from_str(&finished.stdout).unwrap();

    let xml = std::fs::read_to_string(&file).unwrap();
    assert!(!xml.contains(FOREIGN_KEY));
    let report = Report::deserialize_from_str(&xml).unwrap();
    let cases: Vec<_> = report.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
    assert_eq!((cases.len(), report.tests, report.failures), (rows.len(), rows.len(), 1));
    for row in &rows {
        let case = cases.iter().find(|case| row["case"] == case.name.as_str()).unwrap();
        match (&case.status, row["outcome"].as_str().unwrap()) {
            (TestCaseStatus::Success { .. }, "kept") => {}
            (TestCaseStatus::Skipped { message, .. }, "skipped") => {
                assert_eq!(message.as_ref().unwrap().as_str(), row["reason"]);
            }
            (TestCaseStatus::NonSuccess { message, description, .. }, "broken") => {
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
async fn the_verdict_is_told_whatever_becomes_of_the_report() {
    let stage = Stage::start(Backend::Sqlite).await;
    let keeps_an_email = |asked: &mut Asked| {
        if asked.method == "PATCH" && asked.json()["email"] == "" {
            asked.body = b"{}".to_vec();
        }
    };
    let altered = altered_server::start(&stage.server, &stage.company, keeps_an_email, |_, _| {}).await;
    let conformance = |arguments: &[&str]| {
        let all = [&["conformance", "--only", "update.e", "--output", "ndjson"], arguments].concat();
        let mut command = stage.program(&all);
        command.env("CONTACTS_URL", altered.uri()).env("CONTACTS_API_KEY", FOREIGN_KEY);
        command
    };

    // As with `| head -0`.
    let file = stage.directory.path().join("conformance.xml");
    let mut child = conformance(&["--junit", file.to_str().unwrap()]).spawn().unwrap();
    drop(child.stdout.take());
    let output = timeout(PATIENCE, child.wait_with_output()).await.unwrap().unwrap();
    let finished = crate::process::finished(output);
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert!(finished.stderr.contains("error: a promise is broken"), "{}", finished.stderr);
    assert!(std::fs::read_to_string(&file).unwrap().contains("update.empty-email-is-null"));

    let missing = stage.directory.path().join("missing/conformance.xml");
    let finished = finish(conformance(&["--junit", missing.to_str().unwrap()])).await;
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    for told in
        ["conformance.xml cannot be written", "error: a promise is broken", "update.empty-email-is-null"]
    {
        assert!(finished.stderr.contains(told), "{}", finished.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_broken_promise_is_told_in_a_table() {
    let stage = Stage::start(Backend::Sqlite).await;
    let keeps_an_email = |asked: &mut Asked| {
        if asked.method == "PATCH" && asked.json()["email"] == "" {
            asked.body = b"{}".to_vec();
        }
    };
    let arguments = ["--decided", "--only", "update.e", "--only", "shared.other", "--output", "table"];
    let finished = found(&stage, keeps_an_email, |_, _| {}, &arguments).await;
    insta::assert_snapshot!(format!("{}\n{}", finished.stdout, steady(&finished.stderr)));
    let quiet = [&arguments[..], &["--quiet"]].concat();
    let finished = found(&stage, keeps_an_email, |_, _| {}, &quiet).await;
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
