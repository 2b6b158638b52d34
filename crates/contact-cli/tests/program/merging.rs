//! Duplicates and merges.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::stage::Stage;

on_both_databases!(a_contact_is_merged_and_separated, duplicates_of_a_company_are_merged_after_a_dry_run,);

async fn a_contact_is_merged_and_separated(backend: Backend) {
    let stage = Stage::start(backend).await;
    let jane = stage.id(&["create", "--email", "jane@example.com", "--notes", "a"]).await;
    let other = stage.id(&["create", "--email", "doe@example.com", "--notes", "b", "--tag", "vip"]).await;
    let preview = stage.run(&["merge", &jane, &other, "--preview"]).await;
    assert!(preview.text().contains("/merge/"));
    let merge = stage.run(&["merge", &jane, &other, "--prefer", "email,notes", "--operation-id", "m"]).await;
    assert!(merge.stderr.contains("contacts undo --operation m"), "{}", merge.stderr);
    let merged: Value = serde_json::from_str(&merge.stdout).unwrap();
    assert_eq!((&merged["email"], &merged["tags"]), (&json!("doe@example.com"), &json!(["vip"])));
    let gone = stage.run(&["get", &other]).await;
    assert!(gone.refusal(1).contains(&jane));
    let refused = stage.run(&["merge", &jane, &jane]).await;
    assert!(refused.refusal(1).contains("itself"));
    assert_eq!(stage.run(&["undo", "--operation", "m", "--yes"]).await.code, Some(0));
    assert_eq!(stage.json(&["get", &jane]).await["email"], "jane@example.com");
    assert_eq!(stage.json(&["get", &other]).await["notes"], "b");
}

async fn duplicates_of_a_company_are_merged_after_a_dry_run(backend: Backend) {
    let stage = Stage::start(backend).await;
    let mut ids = Vec::new();
    for name in ["Ann", "Bob", "Cem"] {
        ids.push(stage.id(&["create", "--full-name", name]).await);
    }
    stage.json(&["update", &ids[0], "--phone", "+14155552671"]).await;
    stage.json(&["update", &ids[1], "--phone", "+14155552671", "--email", "x@example.com"]).await;
    stage.json(&["update", &ids[2], "--email", "x@example.com"]).await;
    let groups = stage.json(&["duplicates"]).await;
    let rows: Vec<(&Value, &Value)> =
        groups.as_array().unwrap().iter().map(|row| (&row["reason"], &row["id"])).collect();
    let [phone, email] = [json!("phone"), json!("email")];
    let [ann, bob, cem] = [0, 1, 2].map(|index: usize| json!(ids[index]));
    assert_eq!(rows, [(&phone, &ann), (&phone, &bob), (&email, &bob), (&email, &cem)]);
    let only = stage.json(&["duplicates", "--reason", "email"]).await;
    assert_eq!(only.as_array().unwrap().len(), 2);

    let refused = stage.run(&["merge-duplicates", "--reason", "phone,email"]).await;
    assert!(refused.stderr.contains("Bob"));
    assert!(refused.refusal(2).contains("--yes"));
    let dry = stage.run(&["merge-duplicates", "--reason", "phone,email", "--dry-run"]).await;
    assert!(dry.stderr.contains("2 contacts would be merged; nothing was written"), "{}", dry.stderr);
    let plan: Value = serde_json::from_str(&dry.stdout).unwrap();
    let merges: Vec<(&Value, &Value)> =
        plan.as_array().unwrap().iter().map(|row| (&row["contact_id"], &row["from"])).collect();
    assert_eq!(merges, [(&ann, &bob), (&ann, &cem)]);
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "3\n");
    let done = stage.run(&["merge-duplicates", "--reason", "phone,email", "--yes"]).await;
    assert_eq!(serde_json::from_str::<Value>(&done.stdout).unwrap(), plan);
    assert!(done.stderr.contains("2 contacts merged"), "{}", done.stderr);
    let contact = stage.json(&["get", &ids[0]]).await;
    assert_eq!((&contact["name"], &contact["email"]), (&json!("Ann"), &json!("x@example.com")));
    let none = stage.run(&["merge-duplicates", "--reason", "phone,email", "--yes"]).await;
    assert!(none.stderr.contains("no duplicates"), "{none:?}");
    let undo = done
        .stderr
        .split_once("`contacts undo --operation ")
        .unwrap()
        .1
        .split_once('`')
        .unwrap()
        .0
        .to_owned();
    assert_eq!(stage.run(&["undo", "--operation", &undo, "--yes"]).await.code, Some(0));
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "3\n");
}
