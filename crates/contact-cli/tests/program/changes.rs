//! `watch`, `mirror` and `change-hash`.

use std::fs;

use contact_testing::Backend;
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::time::timeout;

use crate::process::{TEST_TIMEOUT, send_signal, wait_after};
use crate::stage::Stage;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn watch_prints_the_changes_after_a_cursor() {
    let stage = Stage::start(Backend::Sqlite).await;
    let id = stage.company.create(json!({ "full_name": "Jane" })).await;
    stage.company.update(id, json!({ "notes": "a" })).await;
    let all = stage.run(&["watch", "--from-start", "--once"]).await;
    let changes = lines(&all.stdout);
    assert_eq!(changes.iter().map(|change| &change["action"]).collect::<Vec<_>>(), ["created", "updated"]);
    let cursor = all.stderr.rsplit_once("--after ").unwrap().1.trim_end().trim_end_matches('`').to_owned();

    stage.company.update(id, json!({ "notes": "b" })).await;
    stage.company.delete(&format!("/contacts/{id}/")).await;
    let next = ["watch", "--once", "--after", &cursor];
    assert_eq!(stage.run(&[&next[..], &["--quiet"]].concat()).await.stdout, "3\n4\n");
    let deleted = [&next[..], &["--action", "deleted", "--output", "table"]].concat();
    let deleted = stage.run(&deleted).await.stdout;
    let whoami = stage.company.get("/whoami/").await.json();
    let key = whoami["api_key"]["id"].as_str().unwrap();
    assert!(deleted.ends_with(&format!(" {id} deleted by {key}\n")), "{deleted}");
}

#[tokio::test]
async fn watch_waits_for_changes_and_prints_where_to_continue() {
    let stage = Stage::start(Backend::Sqlite).await;
    let id = stage.company.create(json!({ "full_name": "Jane" })).await;
    let mut program = stage.program(&["watch", "--from-start", "--field", "notes"]).spawn().unwrap();
    let mut stdout = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut next = async || -> Value {
        let line = timeout(TEST_TIMEOUT, stdout.next_line()).await.unwrap().unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    };
    assert_eq!(next().await["sequence"], 1);
    stage.company.update(id, json!({ "business_name": "a" })).await;
    stage.company.update(id, json!({ "notes": "b" })).await;
    let change = next().await;
    assert_eq!((&change["sequence"], &change["changed"]["notes"]["after"]), (&json!(3), &json!("b")));
    // The cursor is stored after the line is printed, so the program may be interrupted a moment before.
    stage.company.update(id, json!({ "notes": "c" })).await;
    assert_eq!(next().await["sequence"], 4);
    send_signal(&program, Signal::INT);
    let ended = wait_after(program, String::new()).await;
    assert_eq!(ended.code, Some(130));
    let after = ended.stderr.split_once("continue with `--after ").unwrap().1;
    let cursor = after.split('`').next().unwrap();
    let rest = stage.run(&["watch", "--once", "--after", cursor, "--quiet"]).await.stdout;
    assert!(rest.is_empty() || rest == "4\n", "{rest}");
}

#[tokio::test]
async fn mirror_keeps_a_verified_copy() {
    let stage = Stage::start(Backend::Sqlite).await;
    let path = stage.directory.path().join("changes.ndjson");
    let mirror = ["mirror", "changes.ndjson", "--output", "json"];
    let empty = stage.json(&mirror).await;
    assert_eq!((&empty["added"], &empty["sequence"]), (&json!(0), &json!(0)));
    let jane = stage.company.create(json!({ "full_name": "Jane", "notes": "private" })).await;
    let other = stage.company.create(json!({ "full_name": "Other" })).await;
    for number in 0..250 {
        stage.company.update(other, json!({ "notes": number.to_string() })).await;
    }
    let first = stage.json(&mirror).await;
    assert_eq!((&first["added"], &first["sequence"]), (&json!(252), &json!(252)));
    assert_eq!(first["hash"], stage.json(&["change-hash"]).await["hash"]);

    // A run that was killed left a part of a line, and the contact is erased.
    let mut text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("private"));
    text.push_str("{\"seq");
    fs::write(&path, text).unwrap();
    stage.company.delete(&format!("/contacts/{jane}/?erase=true")).await;
    let second = stage.json(&mirror).await;
    assert_eq!((&second["added"], &second["sequence"]), (&json!(1), &json!(253)));
    let copy = fs::read_to_string(&path).unwrap();
    assert!(!copy.contains("private"));
    let all = stage.run(&["watch", "--from-start", "--once"]).await.stdout;
    assert_eq!(lines(&copy), lines(&all), "the copy equals what the server returns");
    assert_eq!(stage.json(&mirror).await["added"], 0);
}

#[tokio::test]
async fn mirror_refuses_a_copy_of_another_log_and_another_file() {
    let (stage, other) = (Stage::start(Backend::Sqlite).await, Stage::start(Backend::Sqlite).await);
    stage.company.create(json!({ "full_name": "Jane" })).await;
    other.company.create(json!({ "full_name": "Jane" })).await;
    let path = stage.directory.path().join("changes.ndjson");
    stage.run(&["mirror", "changes.ndjson"]).await.text();
    let before = fs::read_to_string(&path).unwrap();
    let refused = other.run(&["mirror", path.to_str().unwrap()]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("does not continue the changes of the server"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), before);

    fs::write(&path, format!("{before}{before}")).unwrap();
    let repeated = stage.run(&["mirror", "changes.ndjson"]).await;
    assert_eq!(repeated.code, Some(2));
    assert!(repeated.stderr.contains("line 2: change 1 follows change 1"), "{}", repeated.stderr);
    fs::write(&path, "name,email\n").unwrap();
    let csv = stage.run(&["mirror", "changes.ndjson"]).await;
    assert!(csv.stderr.contains("line 1: it is not a change"), "{}", csv.stderr);
}
