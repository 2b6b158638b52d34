//! Values of custom fields: the headings of their columns, their forms in other countries, and those that do not fit.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use super::values;
use crate::stage::Stage;

on_both_databases!(
    a_value_that_does_not_fit_is_left_out_and_reported,
    headings_match_custom_fields_in_any_normal_form,
);

async fn stage(backend: Backend) -> Stage {
    let stage = Stage::start_as_admin(backend).await;
    let level = ["--type", "select", "--option", "gold", "--option", "silver"];
    for (name, kind) in [
        ("Born", &["--type", "date"][..]),
        ("Revenue", &["--type", "number"]),
        ("Active", &["--type", "boolean"]),
        ("Level", &level),
    ] {
        stage.id(&[&["custom-field", "create", name], kind].concat()).await;
    }
    stage
}

/// Returns the custom fields of all contacts, sorted by name.
async fn custom(stage: &Stage) -> Vec<Value> {
    values(&stage.company, "custom_fields").await
}

async fn a_value_that_does_not_fit_is_left_out_and_reported(backend: Backend) {
    let stage = stage(backend).await;
    let file = "Name,Email,Level,Revenue\nAnn,ann@example.com,gold,5\nBen,ben@example.com,bronze,many\n\
                Cem,cem@example.com,,7\n";
    let done = stage.import("people.csv", file, &[]).await;
    let summary = done.summary(0);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(3), &json!(0)));
    assert_eq!(summary["bad_values"], 2);
    assert_eq!(
        custom(&stage).await,
        [json!({ "Level": "gold", "Revenue": 5 }), json!({}), json!({ "Revenue": 7 })]
    );
    for reported in [
        "line 3: a value was left out: Level: ",
        "one of: gold, silver",
        "line 3: a value was left out: Revenue: ",
    ] {
        assert!(done.stderr.contains(reported), "{reported} in {}", done.stderr);
    }
    let json = "{\"email\": \"dan@example.com\", \"custom_fields\": {\"Level\": \"tin\", \"Active\": true, \"None\": 1}}\n";
    let done = stage.import("people.ndjson", json, &[]).await;
    assert_eq!(done.summary(0)["bad_values"], 1);
    assert!(done.stderr.contains("ignored `custom_fields.None`"), "{}", done.stderr);

    let many = (0..20).map(|row| format!("b.{row}@example.com,bronze\n")).collect::<String>();
    let done = stage.import("many.csv", format!("Email,Level\n{many}"), &[]).await;
    assert_eq!(done.summary(0)["bad_values"], 20);
    assert_eq!(done.stderr.matches("a value was left out").count(), 5, "{}", done.stderr);
    assert!(done.stderr.contains("left out 20 custom field values"), "{}", done.stderr);

    let strict = stage.import("strict.csv", file, &["--strict"]).await;
    let summary = strict.summary(1);
    assert_eq!((&summary["failed"], &summary["bad_values"]), (&json!(1), &json!(0)));
    assert!(stage.content("strict.failed.csv").contains("one of: gold, silver"));
}

async fn headings_match_custom_fields_in_any_normal_form(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    stage.id(&["custom-field", "create", "Gr\u{f6}\u{df}e"]).await;
    let file = "Email,Gro\u{308}\u{df}e\nann@example.com,XL\n";
    stage.import("people.csv", file, &[]).await.summary(0);
    let file = "{\"email\": \"ben@example.com\", \"custom_fields\": {\"Gro\u{308}\u{df}e\": \"L\"}}\n";
    stage.import("people.ndjson", file, &[]).await.summary(0);
    let mut custom = custom(&stage).await;
    custom.sort_by_key(ToString::to_string);
    assert_eq!(custom, [json!({ "Gr\u{f6}\u{df}e": "L" }), json!({ "Gr\u{f6}\u{df}e": "XL" })]);
    let refused = stage.run(&["custom-field", "create", "Gro\u{308}\u{df}e"]).await.refusal(1);
    assert!(refused.contains("409"), "{refused}");
    let exported = stage.run(&["export", "--format", "csv"]).await.text();
    let decomposed = exported.replace("Gr\u{f6}\u{df}e", "Gro\u{308}\u{df}e");
    let done =
        stage.import("exact.csv", decomposed.replace("@example.com", "@b.example"), &["--exact"]).await;
    assert!(!done.stderr.contains("lacks custom fields"), "{}", done.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_dates_and_booleans_are_read_as_the_file_writes_them() {
    let stage = stage(Backend::Sqlite).await;
    let german = "Name;Email;Born;Revenue;Active\nAnn;ann@example.com;31.12.1980;1234,5;WAHR\n\
                  Ben;ben@example.com;01.02.1990;1.234;FALSCH\nCem;cem@example.com;1980-12-31;1,234;ja\n";
    let done = stage.import("german.csv", german, &[]).await;
    assert_eq!(done.summary(0)["bad_values"], 0, "{}", done.stderr);
    let expected = [
        json!({ "Born": "1980-12-31", "Revenue": 1234.5, "Active": true }),
        json!({ "Born": "1990-02-01", "Revenue": 1234, "Active": false }),
        json!({ "Born": "1980-12-31", "Revenue": 1.234, "Active": true }),
    ];
    assert_eq!(custom(&stage).await, expected);

    // Nothing in this file shows which part of a date is the day, or what a comma in a number is.
    let unclear = "Name;Email;Born;Revenue\nAnn;ann@example.com;01.02.1990;1,234\nBen;ben@example.com;;1.5\n";
    let done = stage.import("unclear.csv", unclear, &[]).await;
    assert_eq!(done.summary(0)["bad_values"], 2, "{}", done.stderr);
    assert_eq!(custom(&stage).await[0], expected[0], "values that are left out change nothing");

    // Standard input is read only once, so other values cannot show how a value is written.
    let piped = stage.run_with_input(&["import", "-"], german).await;
    assert_eq!(piped.summary(0)["bad_values"], 2, "{}", piped.stderr);
}
