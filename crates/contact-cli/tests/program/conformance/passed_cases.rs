//! The real server passes every case, and is unchanged afterwards.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::process::Finished;
use crate::stage::Stage;

on_both_databases!(every_case_passes_and_leaves_nothing, the_given_contact_is_restored);

/// Returns the rows of a run without failed cases.
fn rows(finished: &Finished) -> Vec<Value> {
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    serde_json::from_str(&finished.stdout).unwrap()
}

fn count(rows: &[Value], outcome: &str) -> usize {
    rows.iter().filter(|row| row["outcome"] == outcome).count()
}

async fn every_case_passes_and_leaves_nothing(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    let other = stage.company.server.company().await;
    let mut command = stage.program(&["conformance", "--decided", "--extensions", "--country", "US"]);
    command.env("CONTACTS_OTHER_API_KEY", &other.key);
    let first = crate::process::finish(command).await;
    let found = rows(&first);
    assert_eq!(count(&found, "passed"), found.len(), "{}", first.stdout);
    let ranks: std::collections::BTreeSet<&str> =
        found.iter().filter_map(|row| row["rank"].as_str()).collect();
    assert_eq!(ranks.into_iter().collect::<Vec<_>>(), ["decided", "documented", "extension"]);
    assert!(
        first.stderr.ends_with(&format!("{} passed, 0 failed, 0 skipped\n", found.len())),
        "{}",
        first.stderr
    );

    // Build servers define an empty variable for a missing secret.
    let mut command = stage.program(&["conformance", "--decided"]);
    command.env("CONTACTS_OTHER_API_KEY", "");
    let second = crate::process::finish(command).await;
    assert!(count(&rows(&second), "skipped") > 0, "there is no key of another company");
    assert!(
        second.stderr.contains("skipped: it needs a key of another company; give one with `--other-api-key`")
    );

    let admin = stage.company.clone();
    for company in [&admin, &other] {
        for list in ["/contacts/", "/agents/", "/custom-fields/", "/tags/"] {
            assert_eq!(company.get(list).await.json()["results"], json!([]), "something is left in {list}");
        }
    }
}

async fn the_given_contact_is_restored(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    stage.json(&["custom-field", "create", "Plan"]).await;
    let jane =
        ["create", "--phone", "+14155552671", "--email", "jane@example.com", "--tag", "vip", "--tag", "b"];
    let id = stage.id(&jane).await;
    let part = ["update", &id, "--full-name", "Jane Doe", "--first-name", "JD", "--field", "Plan:=1.10"];
    stage.json(&part).await;
    let all = ["get", &id, "--include", "first_name,last_name,custom_fields"];
    let before = stage.run(&all).await.text();

    let run = ["conformance", "--decided", "--country", "US", "--contact-id", &id, "--custom-field", "Plan"];
    let found = rows(&stage.run(&run).await);
    assert!(count(&found, "passed") > count(&found, "skipped"), "{found:#?}");
    assert_eq!(count(&found, "failed"), 0);
    assert_eq!(stage.run(&all).await.text(), before, "numbers keep their digits");
    assert_eq!(stage.json(&["list", "--all"]).await.as_array().unwrap().len(), 1, "no contact was created");
}
