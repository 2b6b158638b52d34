//! Imports with `--exact`, which store an export unchanged in another company.

use contact_client::model::Access;
use contact_testing::{Backend, TestCompany, on_both_databases};
use serde_json::{Value, json};

use crate::stage::Stage;

on_both_databases!(an_export_is_the_same_in_another_company, other_files_are_refused_with_exact);

const FIELDS: [(&str, &str); 6] = [
    ("Any", "any"),
    ("a, \"b\"", "any"),
    (" Any ", "any"),
    ("Text", "text"),
    ("Number", "number"),
    ("Flag", "boolean"),
];

/// Returns another company with the same custom fields on the server of the stage.
async fn company(stage: &Stage) -> TestCompany {
    let company = stage.company.server.company().await.with_access(Access::Admin).await;
    for (name, kind) in FIELDS {
        stage.id(&["custom-field", "create", name, "--type", kind, "--api-key", &company.key]).await;
    }
    company
}

/// Contacts with values that a file may change. This is JSON text, so that numbers keep their digits.
fn nasty() -> String {
    let items = [
        r#"{"name": "", "first_name": "", "email": "", "phone": "", "business_name": "", "notes": "", "profile_picture_url": ""}"#,
        r#"{}"#,
        r#"{"name": "null", "first_name": "true", "last_name": "[1]", "email": "\"quoted\"@x", "phone": "+1 (415) 555-2671", "is_dnd": true}"#,
        r#"{"name": "=cmd|' /C calc'!A0", "notes": "two\nlines\r\n\ttabs, \"quotes\"; and \\ ", "business_name": "@SUM(1)", "phone": "-5+x"}"#,
        r#"{"name": " 😀 山田\u2028太郎 é ", "notes": " ", "tags": ["", " a,b; c ", "\"", "[]", "VIP", "VIP"], "lead_source": "facebook"}"#,
        r#"{"name": "1234567890123456789012345678901234567890", "custom_fields": {"Any": 1234567890123456789012345678901234567890.50, "Number": -0.10, "Flag": false, "Text": "12"}}"#,
        r#"{"name": "Ae", "custom_fields": {"Any": {"a": [1, {"b": null}, "\u00e9"], "": 1e400}, "a, \"b\"": "null", "Text": "true"}}"#,
        r#"{"name": "Be", "custom_fields": {"Any": "", "a, \"b\"": " [1] ", "Text": "=1+1"}, "last_activity": "2026-01-31T09:00:00.123456Z"}"#,
        r#"{"name": "Ce", "custom_fields": {"Any": "\"x", " Any ": " x ", "a, \"b\"": [], "Text": ""}, "created_at": "1999-12-31T23:59:59.999999Z", "updated_at": "2000-01-01T00:00:00Z", "profile_picture_url": "https://example.com/a?b=1,2"}"#,
    ];
    let items: Vec<_> =
        items.iter().map(|item| item.replacen('{', "{\"op\":\"insert\",", 1).replace(",}", "}")).collect();
    format!("{{\"items\":[{}]}}", items.join(","))
}

/// Returns all contacts of a company with all keys. This is text, so that numbers keep their digits.
async fn everything(company: &TestCompany) -> String {
    let all = "include=first_name,last_name,custom_fields,updated_at";
    company.get(&format!("/contacts/?page_size=200&{all}")).await.body
}

async fn an_export_is_the_same_in_another_company(backend: Backend) {
    let stage = Stage::start(backend).await;
    let here = company(&stage).await;
    stage
        .run_with_input(&["batch", "--json", "-", "--strict", "--api-key", &here.key], &nasty())
        .await
        .text();
    here.create(json!({ "full_name": "jane doe", "email": "Jane@Example.com", "tags": ["a"] })).await;
    let before = everything(&here).await;
    assert_eq!(before.matches("\"is_dnd\"").count(), 10, "{before}");
    for format in ["csv", "ndjson"] {
        let exported = stage.run(&["export", "--format", format, "--api-key", &here.key]).await.text();
        let there = company(&stage).await;
        let name = format!("all.{format}");
        let more = ["--exact", "--api-key", &there.key];
        let done = stage.import(&name, &exported, &more).await;
        assert_eq!(done.summary(0)["created"], 10, "{}", done.stderr);
        assert_eq!(everything(&there).await, before, "{format}: every key of every contact");
        let again = stage.run(&["export", "--format", format, "--api-key", &there.key]).await.text();
        assert_eq!(again, exported, "{format}: and to the last character, digits of numbers among them");

        let twice = stage.import(&name, &exported, &more).await;
        assert_eq!(twice.summary(1)["failed"], 10, "each exists already");
        assert_eq!(everything(&there).await, before);
        let failed = stage.content(&format!("all.failed.{format}"));
        assert!(failed.contains("has a contact with"), "{failed}");

        // Failed rows stay exact.
        let elsewhere = company(&stage).await;
        let name = format!("failed.{format}");
        stage.import(&name, failed, &["--exact", "--api-key", &elsewhere.key]).await.summary(0);
        assert_eq!(everything(&elsewhere).await, before);
    }
}

async fn other_files_are_refused_with_exact(backend: Backend) {
    let stage = Stage::start(backend).await;
    let id = stage.id(&["create", "--email", "jane@example.com"]).await;
    let refused = |finished: crate::process::Finished, words: &str| {
        let refused = finished.refusal(2);
        assert!(refused.contains(words), "{words} in {refused}");
    };
    let exact = ["--exact"];
    refused(stage.import("a.csv", "Name,Email\nJane,x\n", &exact).await, "column Name: no export has it");
    refused(stage.import("b.csv", "name,custom_fields.Plan\nJane,x\n", &exact).await, "custom-field create");
    refused(stage.import("c.vcf", "BEGIN:VCARD\nFN:x\nEND:VCARD\n", &exact).await, "CSV and as NDJSON");
    refused(stage.import("d.csv", "name\nJane\n", &["--exact", "--tag", "x"]).await, "cannot be used with");

    let file = format!(
        "{{\"id\": \"{id}\"}}\n{{\"name\": \"Max\", \"nickname\": \"M\"}}\n{{\"custom_fields\": {{\"Plan\": 1}}}}\n{{\"is_dnd\": \"yes\"}}\n{{\"name\": \"Kim\"}}\n"
    );
    let done = stage.import("e.ndjson", file, &exact).await;
    let summary = done.summary(1);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(1), &json!(4)), "{}", done.stderr);
    let table = "name,is_dnd,tags\nZoe,perhaps,vip\n";
    stage.import("f.csv", table, &exact).await.summary(1);
    let failed = stage.content("f.failed.csv");
    assert!(
        failed.contains("column is_dnd: use true or false") && failed.contains("column tags: "),
        "{failed}"
    );
    // Half a row at the end of a truncated file is not imported.
    let done = stage.import("g.csv", "name,email,notes\nAnn,ann@example.com,\nBen,ben@exam", &exact).await;
    let summary = done.summary(1);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(1), &json!(1)), "{}", done.stderr);
    assert!(done.stderr.contains("line 3: the row has 2 cells, and there are 3 headings"), "{}", done.stderr);
    stage.import("h.csv", stage.content("g.failed.csv"), &exact).await.summary(1);
    let names: Vec<Value> = super::values(&stage.company, "name").await;
    assert_eq!(names, [json!("Ann"), json!("Kim"), json!(null)]);
}
