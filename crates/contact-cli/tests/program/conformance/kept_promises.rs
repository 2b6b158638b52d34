//! The real server keeps every promise, and is as it was afterwards.

use contact_client::model::Access;
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::process::Finished;
use crate::stage::Stage;

on_both_databases!(a_run_leaves_nothing_and_the_next_one_finds_the_same, a_contact_is_put_back_as_it_was);

/// The rows of a run that did not find a broken promise.
fn rows(finished: &Finished) -> Vec<Value> {
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    serde_json::from_str(&finished.stdout).unwrap()
}

fn count(rows: &[Value], outcome: &str) -> usize {
    rows.iter().filter(|row| row["outcome"] == outcome).count()
}

async fn a_run_leaves_nothing_and_the_next_one_finds_the_same(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    let other = stage.server.company().await;
    let mut command = stage.program(&["conformance", "--decided", "--extensions", "--country", "US"]);
    command.env("CONTACTS_OTHER_API_KEY", &other.key);
    let first = crate::process::finish(command).await;
    let found = rows(&first);
    assert_eq!(count(&found, "kept"), found.len(), "{}", first.stdout);
    let ranks: std::collections::BTreeSet<&str> =
        found.iter().filter_map(|row| row["rank"].as_str()).collect();
    assert_eq!(ranks.into_iter().collect::<Vec<_>>(), ["decided", "documented", "extension"]);
    assert!(
        first.stderr.ends_with(&format!("{} kept, 0 broken, 0 skipped\n", found.len())),
        "{}",
        first.stderr
    );

    // As a build server has it where the secret is not set.
    let mut command = stage.program(&["conformance", "--decided"]);
    command.env("CONTACTS_OTHER_API_KEY", "");
    let second = crate::process::finish(command).await;
    assert!(count(&rows(&second), "skipped") > 0, "there is no key of another company");
    assert!(second.stderr.contains("skipped: there is no key of another company: `--other-api-key`"));

    let admin = stage.company.with_key(stage.key(Access::Admin).await);
    for company in [&admin, &other] {
        for list in ["/contacts/", "/agents/", "/custom-fields/", "/tags/"] {
            assert_eq!(company.get(list).await.json()["results"], json!([]), "something is left in {list}");
        }
    }
}

async fn a_contact_is_put_back_as_it_was(backend: Backend) {
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
    assert!(count(&found, "kept") > count(&found, "skipped"), "{found:#?}");
    assert_eq!(count(&found, "broken"), 0);
    assert_eq!(stage.run(&all).await.text(), before, "digit for digit");
    assert_eq!(stage.json(&["list", "--all"]).await.as_array().unwrap().len(), 1, "no other was made");
}
