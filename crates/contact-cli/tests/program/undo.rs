//! Undoing changes.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::process::Finished;
use crate::stage::Stage;

on_both_databases!(an_import_is_undone, changes_are_undone_by_their_number, conditions_are_required);

/// Returns the command that a message names between backticks.
fn command_in(stderr: &str) -> Vec<String> {
    let (_, rest) = stderr.split_once("`contacts ").unwrap_or_else(|| panic!("no command in {stderr}"));
    rest.split_once('`').unwrap().0.split(' ').map(str::to_owned).collect()
}

/// Returns the results that a command printed. Its messages are on standard error.
fn results(done: &Finished) -> Value {
    assert_eq!(done.code, Some(0), "{done:?}");
    serde_json::from_str(&done.stdout).unwrap()
}

async fn an_import_is_undone(backend: Backend) {
    let stage = Stage::start(backend).await;
    let jane = stage.id(&["create", "--email", "jane@example.com", "--notes", "before"]).await;
    let file = "email,notes\njane@example.com,imported\nmax@example.com,imported\nkim@example.com,imported\n";
    let imported = stage.import("people.csv", file, &[]).await;
    assert_eq!(imported.summary(0)["created"], 2);
    let kim = stage.id(&["list", "--email", "kim@example.com"]).await;
    stage.json(&["update", &kim, "--notes", "corrected"]).await;

    let undo = command_in(&imported.stderr);
    let undo: Vec<&str> = undo.iter().map(String::as_str).collect();
    let refused = stage.run(&undo).await;
    assert!(
        refused.stderr.contains("set back notes") && refused.stderr.contains("changed since"),
        "{refused:?}"
    );
    assert!(refused.refusal(2).contains("--yes"), "there is no terminal to ask on");
    let dry = results(&stage.run(&[&undo[..], &["--dry-run"]].concat()).await);
    let done = stage.run(&[&undo[..], &["--yes"]].concat()).await;
    assert!(done.stderr.contains("2 contacts changed, 1 left alone"), "{}", done.stderr);
    let again = command_in(&done.stderr);
    let results = results(&done);
    assert_eq!(results, dry);
    let left = json!([{ "field": "notes", "reason": "changed_since" }]);
    assert!(
        results.as_array().unwrap().iter().any(|one| one["contact_id"] == json!(kim) && one["left"] == left)
    );
    assert_eq!(stage.json(&["get", &jane]).await["notes"], "before");
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "2\n");

    let again: Vec<&str> = again.iter().map(String::as_str).chain(["--yes"]).collect();
    assert_eq!(stage.run(&again).await.code, Some(0));
    assert_eq!(stage.json(&["get", &jane]).await["notes"], "imported");
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "3\n");
}

async fn changes_are_undone_by_their_number(backend: Backend) {
    let stage = Stage::start(backend).await;
    let jane = stage.id(&["create", "--notes", "a"]).await;
    stage.json(&["update", &jane, "--notes", "b", "--operation-id", "mine"]).await;
    stage.json(&["update", &jane, "--notes", "c"]).await;
    let preview = stage.run(&["undo", "--change", "2", "--preview"]).await;
    assert!(preview.text().contains("/changes/revert/"));
    let undo = ["undo", "--change", "2", "--contact", &jane, "--force", "--yes"];
    assert_eq!(results(&stage.run(&undo).await)[0]["reverted"], json!(["notes"]));
    assert_eq!(stage.json(&["get", &jane]).await["notes"], "a");
    let nothing = stage.run(&["undo", "--operation", "mine", "--yes"]).await;
    assert!(nothing.stderr.contains("0 contacts changed"), "{nothing:?}");
    assert!(
        stage.run(&["undo", "--operation", "other", "--yes"]).await.refusal(3).contains("no such changes")
    );
}

async fn conditions_are_required(backend: Backend) {
    let stage = Stage::start(backend).await;
    assert!(stage.run(&["undo", "--yes"]).await.refusal(2).contains("--operation"));
    assert!(stage.run(&["undo", "--change", "0"]).await.refusal(2).contains("--change"));
    assert!(stage.run(&["undo", "--operation", "two words"]).await.refusal(2).contains("visible ASCII"));
}
