//! Every command against a real server, each as a user goes on from the one before.

use contact_testing::{Backend, TestCompany, on_both_databases};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use crate::process::wait;
use crate::stage::Stage;

on_both_databases!(
    a_contact_is_created_updated_deleted_and_erased,
    tags_are_added_removed_renamed_and_listed,
    agents_and_threads_are_managed,
    the_company_is_managed,
    a_batch_prints_the_result_of_each_item,
    a_list_is_filtered_counted_and_read_page_by_page,
    agents_and_api_keys_are_listed_over_all_pages,
    a_dry_run_writes_nothing,
);

async fn a_contact_is_created_updated_deleted_and_erased(backend: Backend) {
    let stage = Stage::start(backend).await;
    let jane = ["create", "--full-name", "jane doe", "--phone-number", "(415) 555-2671", "--tag", "lead"];
    let made = stage.json(&jane).await;
    assert_eq!((&made["name"], &made["phone"]), (&json!("Jane Doe"), &json!("+14155552671")));
    let id = made["id"].as_str().unwrap();

    let again = stage.run(&["create", "--phone", "+14155552671", "--notes", "again"]).await;
    assert!(again.stderr.contains("updated the existing contact"), "{again:#?}");
    assert_eq!(serde_json::from_str::<Value>(&again.stdout).unwrap()["id"], json!(id));

    let read = stage.json(&["get", id, "--include", "first_name,updated_at"]).await;
    assert_eq!((&read["notes"], &read["first_name"]), (&json!("again"), &json!("Jane")));
    assert_eq!(read["recent_activity"], json!([]));

    let tag = stage.run(&["get", id, "--etag"]).await.text();
    let unchanged = stage.run(&["get", id, "--if-none-match", tag.trim()]).await;
    assert_eq!((unchanged.code, unchanged.stdout.as_str()), (Some(0), ""));
    stage.json(&["update", id, "--notes", "later", "--if-match", tag.trim()]).await;
    let late = stage.run(&["update", id, "--notes", "too late", "--if-match", tag.trim()]).await;
    assert!(late.refusal(1).contains("(412)"));

    assert_eq!(stage.json(&["delete", id]).await, json!({ "deleted": id }));
    let deleted = stage.json(&["list", "--deleted"]).await;
    assert_eq!(deleted[0]["id"], json!(id));
    assert!(deleted[0]["deleted_at"].is_string(), "{deleted}");
    assert!(stage.run(&["get", id]).await.refusal(3).contains("There is no such contact"));
    assert_eq!(stage.id(&["restore", id]).await, id);
    assert!(stage.run(&["erase", id]).await.refusal(2).contains("--yes"), "there is no terminal to ask on");
    assert_eq!(stage.json(&["erase", id, "--yes"]).await, json!({ "deleted": id }));
    stage.run(&["restore", id]).await.refusal(3);
}

async fn tags_are_added_removed_renamed_and_listed(backend: Backend) {
    let stage = Stage::start(backend).await;
    let id = stage.id(&["create", "--tag", "vip"]).await;
    assert_eq!(stage.json(&["tag", "add", &id, "lead", "a/b"]).await["tags"], json!(["vip", "lead", "a/b"]));
    let receipt = stage.json(&["tags", "remove", &id, "a/b", "--receipt"]).await;
    assert_eq!(receipt["receipt"]["changed"]["tags"]["after"], json!(["vip", "lead"]));
    let listed = stage.json(&["tags", "list"]).await;
    assert_eq!(listed, json!([{ "tag": "lead", "contacts": 1 }, { "tag": "vip", "contacts": 1 }]));
    let renamed = stage.json(&["tag", "rename", "vip", "lead"]).await;
    assert_eq!(renamed, json!({ "tag": "lead", "changed": 1 }));
    assert_eq!(stage.json(&["tags", "list"]).await, json!([{ "tag": "lead", "contacts": 1 }]));
    let unknown = stage.run(&["tag", "rename", "vip", "lead"]).await.refusal(3);
    assert!(unknown.contains("no contact has the tag `vip`"), "{unknown}");
}

async fn agents_and_threads_are_managed(backend: Backend) {
    let stage = Stage::start(backend).await;
    let contact = stage.id(&["create", "--full-name", "jane"]).await;
    let agent = stage.id(&["agent", "create", "Front desk"]).await;
    stage.json(&["active-agent", &contact, &agent]).await;
    let call = ["--type", "call", "--status", "completed", "--direction", "inbound", "--duration", "42.5"];
    let thread = stage.json(&[&["thread", "record", &contact, "--agent", &agent], &call[..]].concat()).await;
    assert_eq!((&thread["duration"], &thread["agent_name"]), (&json!(42.5), &json!("Front desk")));
    assert_eq!(stage.json(&["threads", "list", &contact]).await, json!([thread]));

    let read = stage.json(&["get", &contact]).await;
    assert_eq!(
        (&read["active_chat_agent"]["id"], &read["recent_activity"]),
        (&json!(agent), &json!([thread]))
    );
    assert!(
        stage.run(&["agent", "delete", &agent, "--yes"]).await.refusal(1).contains("The agent is in use")
    );
    stage.json(&["active-agent", &contact, "--none"]).await;
    assert_eq!(stage.json(&["get", &contact]).await["active_chat_agent"], Value::Null);

    let renamed = stage.json(&["agent", "update", &agent, "--name", "Desk", "--active", "false"]).await;
    assert_eq!((&renamed["name"], &renamed["active"]), (&json!("Desk"), &json!(false)));
    let other = stage.id(&["agent", "create", "Other", "--active", "false"]).await;
    assert!(
        stage.run(&["agent", "delete", &other]).await.refusal(2).contains("--yes"),
        "there is no terminal to ask on"
    );
    assert_eq!(stage.json(&["agent", "delete", &other, "--yes"]).await, json!({ "deleted": other }));
    assert_eq!(stage.json(&["agents", "list"]).await, json!([renamed]));
}

async fn the_company_is_managed(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    let plan =
        ["custom-field", "create", "Plan", "--type", "select", "--option", "silver", "--option", "gold"];
    let plan = stage.id(&plan).await;
    assert_eq!(stage.json(&["custom-field", "rename", &plan, "Tariff"]).await["name"], "Tariff");
    let fields = stage.json(&["custom-fields", "list"]).await;
    assert_eq!((&fields[0]["id"], &fields[0]["options"]), (&json!(plan), &json!(["silver", "gold"])));
    stage.run(&["custom-field", "delete", &plan]).await.refusal(2);
    stage.json(&["custom-field", "delete", &plan, "--yes"]).await;
    assert_eq!(stage.json(&["custom-field", "list"]).await, json!([]));

    let made = stage.run(&["api-key", "create", "--name", "reporting", "--access", "read"]).await;
    let made: Value = serde_json::from_str(&made.stdout).unwrap();
    let key = made["key"].as_str().unwrap();
    let whose = stage.json(&["whoami", "--api-key", key]).await;
    assert_eq!((&whose["access"], &whose["profile"]), (&json!("read"), &Value::Null));
    let quiet = stage.run(&["api-key", "create", "--name", "quiet", "--quiet"]).await;
    assert_eq!(stage.json(&["whoami", "--api-key", quiet.stdout.trim()]).await["access"], "write");
    let id = made["id"].as_str().unwrap();
    assert!(
        stage.run(&["api-key", "revoke", id]).await.refusal(2).contains("--yes"),
        "there is no terminal to ask on"
    );
    stage.json(&["api-key", "revoke", id, "--yes"]).await;
    let listed = stage.json(&["api-keys", "list"]).await;
    let listed = listed.as_array().unwrap().iter().find(|key| key["id"] == json!(id)).unwrap();
    assert!(listed["revoked_at"].is_string() && listed.get("key").is_none());
}

async fn a_batch_prints_the_result_of_each_item(backend: Backend) {
    let stage = Stage::start(backend).await;
    let id = stage.id(&["create", "--full-name", "jane"]).await;
    let items = json!({ "items": [
        { "op": "update", "id": id, "notes": "hello", "nickname": "JD" },
        { "op": "delete", "id": "00000000-0000-0000-0000-000000000000" },
    ] });
    let batch = stage.run_with_input(&["batch", "--json", "-"], &items.to_string()).await;
    assert_eq!(batch.code, Some(1));
    let why = "error: 1 of 2 items were refused\n  item 1: The company has no contact with this id.\n";
    assert_eq!(batch.stderr, why);
    let results: Value = serde_json::from_str(&batch.stdout).unwrap();
    assert_eq!((&results[0]["ignored"], &results[1]["status"]), (&json!(["nickname"]), &json!(404)));
    assert_eq!(stage.json(&["get", &id]).await["notes"], "hello");

    // Also to who reads no further, as with `| head -0`.
    let mut unread =
        stage.program(&["batch", "--json", "-"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    drop(unread.stdout.take());
    unread.stdin.take().unwrap().write_all(items.to_string().as_bytes()).await.unwrap();
    let unread = wait(unread).await;
    assert_eq!((unread.code, unread.stderr.as_str()), (Some(1), why));

    let table =
        stage.run_with_input(&["batch", "--json", "-", "--output", "table"], &items.to_string()).await;
    assert!(table.stdout.contains("404") && table.stdout.contains("The company has no"), "{table:#?}");
    let shown = json!({ "items": [{ "op": "update", "id": id, "notes": "again" }] }).to_string();
    let shown = stage.run_with_input(&["batch", "--json", "-", "--contacts"], &shown).await.json();
    assert_eq!(shown[0]["contact"]["notes"], "again");

    let file = stage.directory.path().join("writes.json");
    std::fs::write(&file, json!({ "items": [{ "op": "delete", "id": id }] }).to_string()).unwrap();
    let done = stage.json(&["batch", "--json", file.to_str().unwrap(), "--atomic"]).await;
    assert_eq!(done, json!([{ "status": 204, "id": id }]));
}

async fn a_list_is_filtered_counted_and_read_page_by_page(backend: Backend) {
    let stage = Stage::start(backend).await;
    for name in ["ann", "bob", "cleo"] {
        stage.id(&["create", "--full-name", name, "--tag", "lead"]).await;
    }
    stage.id(&["create", "--full-name", "dora"]).await;
    let leads = ["list", "--tag", "lead", "--sort", "name", "--output", "ndjson"];
    let names = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.map(|contact| contact["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&stage.run(&leads).await.text()), ["Ann", "Bob", "Cleo"]);

    let first = stage.run(&[&leads[..], &["--limit", "2"]].concat()).await;
    assert_eq!(names(&first.stdout), ["Ann", "Bob"]);
    let (_, cursor) = first.stderr.split_once("`--cursor ").unwrap();
    let rest = stage.run(&[&leads[..], &["--cursor", cursor.split_once('`').unwrap().0]].concat()).await;
    assert_eq!(names(&rest.text()), ["Cleo"]);

    assert_eq!(stage.run(&["list", "--all", "--quiet"]).await.text().lines().count(), 4);
    assert_eq!(stage.run(&["list", "--count", "--search", "do"]).await.text(), "1\n");
    for (after, count) in [("2020-01-31", "4\n"), ("2099-01-31T09:00:00+02:00", "0\n")] {
        assert_eq!(stage.run(&["list", "--count", "--created-after", after]).await.text(), count);
    }
}

/// Makes so many of a kind, all at once: their ids in their order.
async fn make(admin: &TestCompany, path: &'static str, count: usize) -> Vec<String> {
    let mut callers = tokio::task::JoinSet::new();
    for n in 0..count {
        let admin = admin.clone();
        callers.spawn(async move { admin.post(path, json!({ "name": format!("number {n}") })).await.json() });
    }
    let made = callers.join_all().await;
    let mut ids: Vec<String> = made.iter().map(|made| made["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

async fn agents_and_api_keys_are_listed_over_all_pages(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    let admin = stage.company.clone();
    // More than the 200 that a page has at most.
    let [agents, keys] = [make(&admin, "/agents/", 203).await, make(&admin, "/api-keys/", 203).await];
    // Two keys are older: the company's first one, and the one that made the others and asks.
    for (list, made, before) in [("agent", agents, 0), ("api-key", keys, 2)] {
        let ids = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let all = ids(&stage.run(&[list, "list", "--all", "--quiet"]).await.text());
        assert_eq!((&all[before..], all.len()), (&made[..], before + 203), "each once, the oldest first");
        assert_eq!(stage.json(&[list, "list", "--all"]).await.as_array().unwrap().len(), before + 203);

        let first = stage.run(&[list, "list", "--quiet"]).await;
        assert_eq!(ids(&first.stdout), all[..50]);
        let (_, cursor) = first.stderr.split_once("`--cursor ").expect("the note contains a cursor");
        let cursor = cursor.split_once('`').unwrap().0;
        let rest = stage.run(&[list, "list", "--quiet", "--all", "--cursor", cursor]).await;
        assert_eq!(ids(&rest.text()), all[50..]);
    }
    let made_up = stage.run(&["agent", "list", "--cursor", "made-up"]).await;
    assert!(made_up.refusal(1).contains("omit it to start from the beginning"));
    assert_eq!(stage.json(&["whoami"]).await["access"], "admin");
}

async fn a_dry_run_writes_nothing(backend: Backend) {
    let stage = Stage::start(backend).await;
    let tried = stage.run(&["create", "--full-name", "jane", "--dry-run", "--output", "csv"]).await;
    assert!(tried.stdout.contains(",Jane,") && tried.stderr.contains("nothing was written"), "{tried:#?}");
    assert_eq!(stage.json(&["list"]).await, json!([]));
}
