//! `--report`: the receipt of every row.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use super::contacts;
use crate::stage::Stage;

on_both_databases!(every_row_has_its_receipt, an_existing_report_is_not_overwritten);

const PEOPLE: &str = "Name,Email,DND\nJane Doe,jane@example.com,no\nMax,max@example.com,perhaps\n\
                      \"Jane\nRoe\",jane@example.com,yes\n,,\nZoe,zoe@example.com,\n";

/// Returns the lines of a report.
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn every_row_has_its_receipt(backend: Backend) {
    let stage = Stage::start(backend).await;
    let done = stage.import("people.csv", PEOPLE, &["--report", "report.ndjson"]).await;
    let summary = done.summary(1);
    assert_eq!(summary["report_file"], "report.ndjson");
    let report = lines(&stage.content("report.ndjson"));
    let outcome = |line: &Value| json!([line["line"], line["status"], line["receipt"]["action"]]);
    assert_eq!(
        report.iter().map(outcome).collect::<Vec<_>>(),
        [
            json!([2, 201, "created"]),
            json!([3, 400, null]),
            json!([4, 200, "updated"]),
            json!([7, 201, "created"])
        ]
    );
    let name = json!({ "before": "Jane Doe", "after": "Jane Roe" });
    assert_eq!(report[2]["receipt"]["changed"]["name"], name);
    assert_eq!(report[1]["problem"]["errors"][0]["pointer"], "/is_dnd");
    let ids: Vec<_> = contacts(&stage.company).await.iter().map(|contact| contact["id"].clone()).collect();
    assert!(ids.contains(&report[0]["id"]) && ids.contains(&report[3]["id"]));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = stage.directory.path().join("report.ndjson").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "only its owner can read it");
    }
}

async fn an_existing_report_is_not_overwritten(backend: Backend) {
    let stage = Stage::start(backend).await;
    stage.file("report.ndjson", "{}\n{\"cut");
    let refused = stage.import("people.csv", PEOPLE, &["--report", "report.ndjson"]).await.refusal(2);
    assert!(refused.contains("report.ndjson exists already"), "{refused}");
    let same =
        stage.import("people.csv", PEOPLE, &["--report", "people.csv", "--skip", "1"]).await.refusal(2);
    assert!(same.contains("cannot be written to the imported file"), "{same}");
    assert!(contacts(&stage.company).await.is_empty(), "nothing is sent");
    // A continued import adds lines after the last complete line.
    stage.import("people.csv", PEOPLE, &["--report", "report.ndjson", "--skip", "4"]).await.summary(0);
    let report = lines(&stage.content("report.ndjson"));
    assert_eq!((report.len(), &report[1]["line"]), (2, &json!(7)));
}
