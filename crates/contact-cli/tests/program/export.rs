//! Exporting contacts: all of them, whole, and each once.

use std::collections::BTreeSet;

use contact_client::model::Access;
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::time::timeout;

use crate::process::{TEST_TIMEOUT, wait};
use crate::stage::Stage;

on_both_databases!(
    an_export_is_imported_unchanged,
    more_contacts_than_a_page_are_exported_and_filtered,
    writes_during_an_export_neither_hide_nor_repeat_contacts,
);

/// More than two pages.
const MANY: usize = 450;

/// Stores this many contacts, every other one with a tag. Each is long enough that a page fills a pipe.
async fn store_many(stage: &Stage) -> Vec<String> {
    let notes = "x".repeat(1_000);
    let item = |number: usize| {
        let tags: &[&str] = if number.is_multiple_of(2) { &["even"] } else { &[] };
        json!({ "op": "insert", "name": format!("Contact {number}"), "notes": notes, "tags": tags })
    };
    let batch = json!({ "items": (0..MANY).map(item).collect::<Vec<_>>() });
    let answer = stage.company.post("/contacts/batch/", batch).await.json();
    let results = answer["results"].as_array().unwrap();
    results.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn contacts(ndjson: &str) -> Vec<Value> {
    ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(ndjson: &str) -> Vec<String> {
    contacts(ndjson).iter().map(|contact| contact["id"].as_str().unwrap().to_owned()).collect()
}

async fn an_export_is_imported_unchanged(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    let key_there = stage.company.server.company().await.with_access(Access::Admin).await.key;
    for key in [None, Some(key_there.as_str())] {
        let there: Vec<&str> = key.into_iter().flat_map(|key| ["--api-key", key]).collect();
        for name in ["Plan", "Größe, \"cm\"", "Note"] {
            stage.id(&[&["custom-field", "create", name][..], &there].concat()).await;
        }
    }
    let jane = ["create", "--full-name", "=cmd|' /C calc'!A0", "--phone", "(415) 555-2671", "--tag", "a,\"b"];
    let more = ["--notes", "two\nlines\r\n\"quoted\" ", "--field", "Plan:=1.10000000000000000001"];
    let json = ["--field", "Größe, \"cm\"=12", "--field", "Note==1+1", "--business-name", ""];
    let jane = stage.id(&[&jane[..], &more, &json].concat()).await;
    stage.id(&["create"]).await;

    let ndjson = stage.run(&["export"]).await.text();
    let exported = contacts(&ndjson);
    assert_eq!(exported.len(), 2);
    let mut answered = stage.company.read(jane.parse().unwrap()).await;
    for of_the_detail in ["active_chat_agent", "recent_activity"] {
        answered.as_object_mut().unwrap().remove(of_the_detail).unwrap();
    }
    assert_eq!(exported[0], answered);

    // A line and `op` are an item of a batch.
    let items: Vec<_> = ndjson.lines().map(|line| line.replacen('{', "{\"op\":\"insert\",", 1)).collect();
    let batch = format!("{{\"items\":[{}]}}", items.join(","));
    stage.run_with_input(&["batch", "--json", "-", "--strict", "--api-key", &key_there], &batch).await.text();
    for format in ["ndjson", "csv", "vcard"] {
        let here = stage.run(&["export", "--format", format]).await.text();
        let there = stage.run(&["export", "--format", format, "--api-key", &key_there]).await.text();
        assert_eq!(there, here, "to the last character");
    }
}

async fn more_contacts_than_a_page_are_exported_and_filtered(backend: Backend) {
    let stage = Stage::start(backend).await;
    let stored: BTreeSet<String> = store_many(&stage).await.into_iter().collect();
    let path = stage.directory.path().join("contacts.ndjson");
    let file = path.to_str().unwrap();
    assert_eq!(stage.json(&["export", file]).await, json!({ "file": file, "contacts": MANY }));
    let exported = ids(&std::fs::read_to_string(&path).unwrap());
    assert_eq!(exported.len(), MANY);
    assert_eq!(exported.into_iter().collect::<BTreeSet<_>>(), stored);

    let even = stage.run(&["export", "-", "--tag", "even", "--format", "csv"]).await.text();
    assert_eq!(even.lines().count(), 1 + MANY / 2, "a line for each contact below their names");
    let found = stage.run(&["export", "--search", "contact 449"]).await.text();
    assert_eq!(contacts(&found)[0]["name"], "Contact 449");
}

/// The program waits for its reader: it requests no second page until the first one is read.
async fn writes_during_an_export_neither_hide_nor_repeat_contacts(backend: Backend) {
    let stage = Stage::start(backend).await;
    let mut expected = store_many(&stage).await;
    let mut export = stage.program(&["export"]).spawn().unwrap();
    let mut output = BufReader::new(export.stdout.take().unwrap());
    let mut exported = String::new();
    timeout(TEST_TIMEOUT, output.read_line(&mut exported)).await.expect("the export begins").unwrap();

    for id in [&expected[0], &expected[MANY - 1]] {
        stage.company.update(id.parse().unwrap(), json!({ "notes": "meanwhile" })).await;
    }
    let gone = expected.remove(MANY / 2);
    stage.run(&["delete", &gone]).await.json();
    expected.push(stage.id(&["create", "--full-name", "late"]).await);

    timeout(TEST_TIMEOUT, output.read_to_string(&mut exported)).await.expect("the export ends").unwrap();
    assert!(export.wait().await.unwrap().success());
    assert_eq!(ids(&exported), expected, "in the order in which they were created");
    let last = contacts(&exported).into_iter().nth(MANY - 2).unwrap();
    assert_eq!(last["notes"], "meanwhile");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_pipe_ends_an_export_without_an_error() {
    let stage = Stage::start(Backend::Sqlite).await;
    store_many(&stage).await;
    let mut export = stage.program(&["export"]).spawn().unwrap();
    let mut output = BufReader::new(export.stdout.take().unwrap());
    let mut first = String::new();
    timeout(TEST_TIMEOUT, output.read_line(&mut first)).await.expect("the export begins").unwrap();
    drop(output);
    assert_eq!(wait(export).await.text(), "");
    assert_eq!(contacts(&first).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_format_is_a_flag_or_the_file_extension() {
    let stage = Stage::start(Backend::Sqlite).await;
    stage.id(&["create", "--full-name", "jane"]).await;
    for (name, begin) in [("a.csv", "id,name,"), ("a.jsonl", "{\"id\":"), ("a.VCF", "BEGIN:VCARD\r\n")] {
        let path = stage.directory.path().join(name);
        stage.run(&["export", path.to_str().unwrap(), "--quiet"]).await.text();
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.starts_with(begin), "{name}: {written}");
    }
    let marked = stage.run(&["export", "--format", "csv", "--bom"]).await.text();
    assert!(marked.starts_with("\u{feff}id,name,"), "{marked}");
    let again =
        stage.run_with_input(&["import", "-", "--allow-unmatched", "--output", "json"], &marked).await;
    assert_eq!(again.summary(0)["created"], 1);
    assert!(stage.run(&["export", "--bom"]).await.refusal(2).contains("`--bom` requires `--format csv`"));
    let unknown = stage.directory.path().join("contacts.dat");
    let unknown = unknown.to_str().unwrap();
    assert!(stage.run(&["export", unknown]).await.refusal(2).contains("--format csv"));
    stage.run(&["export", unknown, "--format", "vcard"]).await.text();
    assert!(stage.run(&["export", "--output", "csv"]).await.refusal(2).contains("--format csv"));
}
