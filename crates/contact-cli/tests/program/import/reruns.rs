//! Imports of existing contacts, repeated imports, and dry runs.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use super::{contacts, values};
use crate::stage::Stage;

on_both_databases!(
    a_repeated_import_changes_nothing,
    existing_contacts_keep_fields_that_the_file_does_not_have,
    a_dry_run_reports_and_writes_nothing,
);

/// More rows than fit into a batch.
fn many(rows: u32) -> String {
    let mut file = "Name,E-mail,Phone,Tags\n".to_owned();
    for row in 0..rows {
        file += &format!("Jane {row},jane.{row}@example.com,+1415{:07},\"a;b\"\n", 2_000_000 + row);
    }
    file
}

async fn a_repeated_import_changes_nothing(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = many(120);
    assert_eq!(stage.import("many.csv", &file, &[]).await.summary(0)["created"], 120);
    let before = contacts(&stage.company).await;
    let summary = stage.import("many.csv", &file, &[]).await.summary(0);
    assert_eq!((&summary["created"], &summary["updated"]), (&json!(0), &json!(120)));
    assert_eq!(contacts(&stage.company).await, before, "not even when it was updated");
}

async fn existing_contacts_keep_fields_that_the_file_does_not_have(backend: Backend) {
    let stage = Stage::start(backend).await;
    let jane =
        json!({ "email": "jane@example.com", "notes": "kept", "tags": ["old"], "lead_source": "facebook" });
    stage.company.create(jane).await;
    let file = "email,notes,tags,name\nJANE@example.com,,new,Jane\nmax@example.com,,,Max\n";
    stage.import("people.csv", file, &["--tag", "all"]).await.summary(0);
    assert_eq!(
        values(&stage.company, "notes").await,
        [json!("kept"), json!(null)],
        "an empty cell changes nothing"
    );
    assert_eq!(values(&stage.company, "lead_source").await, ["facebook", "import"]);
    assert_eq!(values(&stage.company, "tags").await, [json!(["old", "new", "all"]), json!(["all"])]);

    let file = "email,lead_source\njane@example.com,Webhook\nmax@example.com,\nkim@example.com,\n";
    stage.import("sources.csv", file, &[]).await.summary(0);
    let mut sources = values(&stage.company, "lead_source").await;
    sources.sort_by_key(ToString::to_string);
    assert_eq!(sources, ["import", "import", "webhook"], "a lead source of the file is used");
}

async fn a_dry_run_reports_and_writes_nothing(backend: Backend) {
    let stage = Stage::start(backend).await;
    stage.company.create(json!({ "email": "jane@example.com" })).await;
    let file = "email,is_dnd\njane@example.com,\nmax@example.com,\nkim@example.com,perhaps\n";
    let done = stage.import("people.csv", file, &["--dry-run"]).await;
    let summary = done.summary(1);
    let counts = ["created", "updated", "failed"].map(|key| summary[key].as_u64().unwrap());
    assert_eq!((counts, &summary["dry_run"]), ([1, 1, 1], &json!(true)));
    assert!(
        done.stderr.contains("would be created") && done.stderr.contains("nothing was written"),
        "{}",
        done.stderr
    );
    assert!(stage.content("people.failed.csv").contains("perhaps"), "rows that would fail are written");
    assert_eq!(contacts(&stage.company).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_without_a_key_create_contacts_every_time() {
    let stage = Stage::start(Backend::Sqlite).await;
    let refused = stage.import("names.csv", "name\nJane\n", &[]).await.refusal(2);
    assert!(refused.contains("--allow-unmatched"), "{refused}");
    for _ in 0..2 {
        stage.import("names.csv", "name\nJane\n", &["--allow-unmatched"]).await.summary(0);
    }
    assert_eq!(values(&stage.company, "name").await, ["Jane", "Jane"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_continues_if_no_one_reads_its_ids() {
    let stage = Stage::start(Backend::Sqlite).await;
    let path = stage.file("many.csv", many(3_000));
    let mut command = stage.program(&["import", path.to_str().unwrap(), "--quiet"]);
    // A pipe without a reader.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let finished = command.stdout(writer).output().await.unwrap();
    assert_eq!((finished.status.code(), finished.stderr.as_slice()), (Some(0), &b""[..]));
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "3000\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_import_prints_only_ids() {
    let stage = Stage::start(Backend::Sqlite).await;
    let ids = stage.import("many.csv", many(3), &["--quiet"]).await.text();
    assert_eq!(ids.lines().count(), 3);
    assert_eq!(
        stage.run(&["get", ids.lines().next().unwrap(), "--quiet"]).await.text().trim(),
        ids.lines().next().unwrap()
    );
}
