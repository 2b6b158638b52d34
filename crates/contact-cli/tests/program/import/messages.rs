//! The messages of an import: the columns, the first request, and the summary.

use contact_testing::Backend;
use serde_json::json;

use crate::process::wait;
use crate::stage::Stage;

/// Replaces the parts of a text that differ from run to run.
fn steady(stage: &Stage, text: &str) -> String {
    let directory = stage.directory.path().to_str().unwrap();
    text.replace(&format!("{directory}/"), "").replace(&stage.company.server.url, "http://SERVER")
}

/// Removes the line with the duration from standard error.
fn untimed(text: &str) -> String {
    text.lines().filter(|line| !line.ends_with(" rows/s")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_shows_the_columns_and_the_first_request() {
    let stage = Stage::start(Backend::Sqlite).await;
    let file = include_str!("fixtures/google.csv");
    let shown = stage.import("google.csv", file, &["--preview", "--match", "email", "--strict"]).await;
    assert_eq!(shown.code, Some(0), "{shown:#?}");
    insta::assert_snapshot!("preview_request", steady(&stage, &shown.stdout));
    insta::assert_snapshot!("preview_columns", steady(&stage, &shown.stderr));
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "0\n");

    let bad = stage.import("bad.csv", "name,email\nJane,\n", &["--preview"]).await;
    assert_eq!((bad.code, bad.stdout.as_str()), (Some(0), ""));
    assert!(bad.stderr.contains("warning: line 2: there is neither"), "{}", bad.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_summary_shows_the_outcome_of_the_rows() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut file = "Full Name,E-Mail,DND,Shoe Size\n".to_owned();
    for row in 0..8 {
        file += &format!("Jane,jane.{row}@example.com,{},\n", if row % 8 == 0 { "no" } else { "perhaps" });
    }
    let done = stage.import("people.csv", file, &["--operation-id", "import-7"]).await;
    insta::assert_snapshot!("end", untimed(&steady(&stage, &done.stderr)));
    let mut summary = done.summary(1);
    for key in ["seconds", "rows_per_second"] {
        assert!(summary[key].as_f64().unwrap() > 0.0);
        summary[key] = json!("…");
    }
    summary["failed_file"] = json!(steady(&stage, summary["failed_file"].as_str().unwrap()));
    insta::assert_snapshot!("summary", format!("{summary:#}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unusable_options_and_files_are_refused_with_code_2() {
    let stage = Stage::start(Backend::Sqlite).await;
    let people = stage.file("people.csv", "Name,Email\nJane,jane@example.com\n");
    let people = people.to_str().unwrap();
    for (arguments, near) in [
        (&["import", people, "--map", "Nmae=full_name"][..], "`Name`"),
        (&["import", people, "--map", "Name=ful_name"], "`full_name`"),
        (&["import", people, "--country", "Germany"], "two-letter code"),
        (&["import", people, "--encoding", "klingon"], "windows-1252"),
        (&["import", people, "--delimiter", "ab"], "one character"),
        (&["import", people, "--format", "cvs"], "csv"),
        (&["import", "nowhere.csv"], "cannot read nowhere.csv"),
        (&["import", "/"], "cannot read /"),
    ] {
        let refused = stage.run(arguments).await.refusal(2);
        assert!(refused.contains(near), "{arguments:?}: {refused}");
    }
    for (name, file, why) in [
        ("empty.csv", "", "is empty"),
        ("unknown.csv", "Shoe Size,Birthday\n42,\n", "no column is known"),
        ("nobody.csv", "Name\nJane\n", "by which contacts are found"),
        ("object.json", "{\"name\": \"Jane\"}", "--format ndjson"),
    ] {
        let refused = stage.import(name, file, &[]).await.refusal(2);
        assert!(refused.contains(why), "{name}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_that_appear_later_are_reported() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut file: String = (0..150).map(|row| format!("{{\"email\": \"{row}@example.com\"}}\n")).collect();
    file += r#"{"email": "late@example.com", "name": "Late", "shoe_size": 42}"#;
    let done = stage.import("late.ndjson", file, &[]).await;
    assert_eq!(done.summary(0)["created"], 151);
    assert!(done.stderr.contains("appeared later were left out: shoe_size"), "{}", done.stderr);
    assert_eq!(super::values(&stage.company, "name").await[0], "Late", "known columns are read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_ends_early_is_imported_up_to_there() {
    let stage = Stage::start(Backend::Sqlite).await;
    let jane = r#"{"email": "jane@example.com"}"#;
    let broken =
        stage.import("broken.json", format!("[{jane},\n{jane},\n{{\"email\": }}]"), &[]).await.refusal(1);
    assert!(broken.contains("cannot be read from line 3 on"), "{broken}");
    let many: String = (0..200).map(|row| format!("{{\"email\": \"jane.{row}@example.com\"}},\n")).collect();
    let cut = stage.import("cut.json", format!("[{many}"), &[]).await;
    assert_eq!(cut.summary(1)["done"], 200);
    assert!(
        cut.stderr.contains("from line 201 on") && cut.stderr.contains("EOF while parsing a value"),
        "{}",
        cut.stderr
    );
    // The cell of a quote that is not closed would be the rest of the file.
    let open = format!("email,notes\na@example.com,\"{}", "x\n".repeat(9 * 1024 * 1024));
    let open = stage.import("open.csv", open, &[]).await;
    assert!(open.stderr.contains("is a quote or a bracket not closed?"), "{}", open.stderr);
    assert_eq!(open.code, Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_without_rows_is_imported() {
    let stage = Stage::start(Backend::Sqlite).await;
    for (name, file) in [
        ("none.ndjson", ""),
        ("blank.ndjson", "\n\n"),
        ("none.json", "[]"),
        ("page.json", "{\"results\": []}"),
        ("none.vcf", ""),
        ("headings.csv", "name,email\n"),
    ] {
        let summary = stage.import(name, file, &["--map", "email=email"]).await.summary(0);
        assert_eq!((&summary["rows"], &summary["complete"]), (&json!(0), &json!(true)), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_without_a_key_do_not_stop_the_others() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut file = "{\"name\": \"Jane\"}\n".repeat(120);
    file += "{\"name\": \"Late\", \"email\": \"late@example.com\"}\n";
    let summary = stage.import("late.ndjson", &file, &[]).await.summary(1);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(1), &json!(120)));
    let unknown = "{\"shoe_size\": 42}\n".repeat(120);
    let refused = stage.import("unknown.ndjson", unknown, &["--allow-unmatched"]).await.refusal(2);
    assert!(refused.contains("no column is known"), "they would be contacts without anything: {refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_number_of_columns_is_limited() {
    let stage = Stage::start(Backend::Sqlite).await;
    let keys: String = (1..16_384).map(|key| format!(",\"key {key}\":0")).collect();
    let file = format!(
        "{{\"email\":\"a@example.com\"{keys}}}\n{{\"email\":\"b@example.com\",\"one more\":0}}\n{{\"email\":\"c@example.com\"}}\n"
    );
    let done = stage.import("keys.ndjson", file, &["--output", "json"]).await;
    let summary = done.summary(1);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(2), &json!(1)));
    assert!(
        done.stderr.contains("line 2: `one more` is one more than the 16384 columns"),
        "{:.2000}",
        done.stderr
    );
    let headings = vec!["name"; 16_385].join(",");
    let refused = stage.import("wide.csv", format!("{headings}\n"), &[]).await.refusal(2);
    assert!(refused.contains("more than 16384 columns"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exit_code_does_not_depend_on_who_reads_the_summary() {
    let stage = Stage::start(Backend::Sqlite).await;
    for (file, code, message) in [
        ("email\na@example.com\n\"\"\nb,c\n", 1, "1 of 2 rows failed"),
        ("email\na@example.com\n", 0, "1 updated or unchanged"),
    ] {
        let path = stage.file("people.csv", file);
        let mut child = stage.program(&["import", path.to_str().unwrap()]).spawn().unwrap();
        // As with `| head -0`.
        drop(child.stdout.take());
        let done = wait(child).await;
        assert_eq!(done.code, Some(code), "{done:#?}");
        assert!(done.stderr.contains(message), "{}", done.stderr);
    }
}
