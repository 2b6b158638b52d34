//! Failed rows and their file.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use super::values;
#[cfg(unix)]
use crate::process::finish_with_input;
use crate::stage::Stage;

on_both_databases!(
    rows_that_fail_can_be_corrected_and_imported_again,
    objects_that_fail_can_be_corrected_and_imported_again,
    keys_that_the_server_ignores_are_reported,
    no_cell_of_the_failed_rows_is_a_formula,
);

async fn rows_that_fail_can_be_corrected_and_imported_again(backend: Backend) {
    let stage = Stage::start(backend).await;
    let long = "x".repeat(300);
    let file = format!(
        "Name;Email;Phone;DND;Birthday\n\
         Jane;jane@example.com;;yes;\n\
         \"two\nlines\";two@example.com;;perhaps;\"a;\"\"b\"\"\"\n\
         ;;;;\n\
         Max;;;;1980-02-29\n\
         {long};long@example.com;;no;\n\
         Kim;kim@example.com;;no;;more\n\
         Zoe;zoe@example.com\n"
    );
    let done = stage.import("people.csv", file, &[]).await;
    let summary = done.summary(1);
    let counts = ["rows", "created", "updated", "failed", "done"].map(|key| summary[key].as_u64().unwrap());
    assert_eq!(counts, [6, 2, 0, 4, 7], "a blank row is not imported, but counts as done: {summary}");
    assert!(
        done.stderr.contains("4 of 6 rows failed") && done.stderr.contains("people.failed.csv"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("line 3: is_dnd takes"), "{}", done.stderr);

    let failed = stage.content("people.failed.csv");
    insta::allow_duplicates! {
        insta::assert_snapshot!(failed.replace(&long, "LONG"), @r#"
        import_line;import_error;Name;Email;Phone;DND;Birthday
        3;is_dnd takes true or false, or a spelling of it: yes/no, y/n, t/f, on/off, 1/0.;"two
        lines";two@example.com;;perhaps;"a;""b"""
        6;there is neither a phone number nor an email address to find the contact by;Max;;;;1980-02-29
        7;"full_name takes at most 255 characters; 300 were sent.";LONG;long@example.com;;no;
        8;the row has 6 cells, and there are 5 headings: does one of its cells need quotes?;Kim;kim@example.com;;no;;more
        "#);
    }
    // All rows of the corrected file are imported.
    let corrected = failed
        .replace("perhaps", "no")
        .replace(&long, "Short")
        .replace(";;more", ";")
        .replace("Max;", "Max;max@example.com");
    let again = stage.import("corrected.csv", corrected, &[]).await;
    let summary = again.summary(0);
    assert_eq!(
        (&summary["created"], &summary["failed"], &summary["failed_file"]),
        (&json!(4), &json!(0), &json!(null))
    );
    assert!(
        !again.stderr.contains("import_line"),
        "the columns of an import are not listed: {}",
        again.stderr
    );
    assert!(!stage.directory.path().join("corrected.failed.csv").exists(), "no row failed");
    assert_eq!(values(&stage.company, "name").await, ["Jane", "Kim", "Max", "Short", "Two Lines", "Zoe"]);
}

async fn objects_that_fail_can_be_corrected_and_imported_again(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = "{\"name\": \"Jane\", \"email\": \"jane@example.com\"}\n\
                {\"name\": [\"Max\"], \"email\": \"max@example.com\", \"size\": 1.10}\n\
                {\"name\": \"Kim\"\n\
                {\"name\": \"Zoe\"}\n";
    let failed = stage.directory.path().join("bad rows.ndjson");
    let done = stage.import("people.ndjson", file, &["--failed", failed.to_str().unwrap()]).await;
    assert_eq!(done.summary(1)["failed"], 3);
    let failed = stage.content("bad rows.ndjson");
    insta::allow_duplicates! {
        insta::assert_snapshot!(failed, @r#"
        {"import_line":2,"import_error":"full_name takes a string; an array was sent.","name":["Max"],"email":"max@example.com","size":1.10}
        {"import_line":3,"import_error":"it is not a JSON object: EOF while parsing an object at line 1 column 14","import_text":"{\"name\": \"Kim\""}
        {"import_line":4,"import_error":"there is neither a phone number nor an email address to find the contact by","name":"Zoe"}
        "#);
    }
    let corrected: Vec<&str> = failed.lines().filter(|line| !line.contains("import_text")).collect();
    let corrected = corrected.join("\n").replace("[\"Max\"]", "\"Max\"");
    let again = stage.import("corrected.ndjson", corrected, &["--allow-unmatched"]).await;
    assert_eq!(again.summary(0)["created"], 2);
    assert_eq!(values(&stage.company, "name").await, ["Jane", "Max", "Zoe"]);
}

async fn keys_that_the_server_ignores_are_reported(backend: Backend) {
    let stage = Stage::start(backend).await;
    stage.company.create(json!({ "phone_number": "+14155552671" })).await;
    stage.company.create(json!({ "email": "jane@example.com" })).await;
    let file = "phone,email,name\n4155552671,jane@example.com,Jane\n";
    let done = stage.import("both.csv", file, &[]).await;
    assert_eq!(done.summary(0)["updated"], 1);
    assert!(done.stderr.contains("ignored `email` in 1 row, first in line 2"), "{}", done.stderr);
    for (policy, code, phone) in [("email", 0, true), ("reject", 1, false)] {
        let done = stage.import("both.csv", file, &["--match", policy]).await;
        assert_eq!(done.summary(code)["rows"], 1);
        assert_eq!(done.stderr.contains("`phone_number`"), phone, "{}", done.stderr);
    }
    let strict = stage.import("strict.csv", file, &["--strict"]).await;
    assert_eq!(strict.summary(1)["failed"], 1);
    assert!(stage.content("strict.failed.csv").contains("has this email address"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_owner_can_read_the_failed_rows() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::start(Backend::Sqlite).await;
    stage.import("people.csv", "name,email\nJane,\n", &[]).await.summary(1);
    let failed = stage.directory.path().join("people.failed.csv");
    assert_eq!(failed.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_existing_file_of_failed_rows_is_not_overwritten() {
    let stage = Stage::start(Backend::Sqlite).await;
    let path = stage.file("people.csv", "name,email\nJane,\nMax,\n");
    let path = path.to_str().unwrap();
    stage.run(&["import", path]).await.summary(1);
    let corrected = stage.file("people.failed.csv", "half corrected");
    for (name, more) in [("people.failed-2.csv", &["--dry-run"][..]), ("people.failed-3.csv", &[])] {
        let done = stage.run(&[&["import", path], more].concat()).await;
        assert!(done.summary(1)["failed_file"].as_str().unwrap().ends_with(name), "{}", done.stderr);
        assert!(done.stderr.contains(&format!("{name} contains them")), "{}", done.stderr);
        assert_eq!(stage.content(name).lines().count(), 3);
    }
    stage.run(&["import", path, "--skip", "1"]).await.summary(1);
    assert_eq!(
        stage.content("people.failed-3.csv").lines().count(),
        4,
        "a continued import adds to the last file"
    );
    assert_eq!(stage.content("people.failed.csv"), "half corrected");

    let corrected = corrected.to_str().unwrap();
    let refused = stage.run(&["import", path, "--failed", corrected]).await.refusal(2);
    assert!(refused.contains("exists already") && refused.contains("--failed"), "{refused}");
    assert_eq!(stage.content("people.failed.csv"), "half corrected");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_if_failed_rows_cannot_be_written() {
    let stage = Stage::start(Backend::Sqlite).await;
    let path = stage.file("people.csv", "name,email\nJane,jane@example.com\nMax,\n");
    let nowhere = stage.directory.path().join("nowhere/people.csv");
    for place in [nowhere.to_str().unwrap(), "/"] {
        let refused = stage.run(&["import", path.to_str().unwrap(), "--failed", place]).await.refusal(2);
        assert!(refused.contains("cannot be written to") && refused.contains("`--failed FILE`"), "{refused}");
    }
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "0\n");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_rows_of_a_pipe_go_to_the_current_directory() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut command = stage.program(&["import", "/dev/stdin"]);
    command.current_dir(stage.directory.path());
    let done = finish_with_input(command, "name,email\nJane,\n").await;
    assert_eq!(done.summary(1)["failed_file"], "import.failed.csv");
    assert!(stage.content("import.failed.csv").contains("Jane"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_rows_never_overwrite_the_imported_file() {
    let stage = Stage::start(Backend::Sqlite).await;
    let path = stage.file("people.csv", "name,email\nJane,\n");
    let path = path.to_str().unwrap();
    let refused = stage.run(&["import", path, "--failed", path]).await.refusal(2);
    assert!(refused.contains("cannot be written to the imported file"), "{refused}");
    assert!(stage.content("people.csv").contains("Jane"));
}

async fn no_cell_of_the_failed_rows_is_a_formula(backend: Backend) {
    let stage = Stage::start(backend).await;
    let formulas = ["=1+1", "@SUM(1)", "+cmd|' /C calc'!A0", "-1+2"];
    let mut file = "Name,Email,Tags,Notes,DND,=HEADING()\n".to_owned();
    for (row, formula) in formulas.iter().enumerate() {
        file += &format!("{formula},a{row}@example.com,{formula},{formula},perhaps,{formula}\n");
    }
    assert_eq!(stage.import("people.csv", &file, &[]).await.summary(1)["failed"], formulas.len());
    let failed = stage.content("people.failed.csv");
    for row in csv::ReaderBuilder::new().has_headers(false).from_reader(failed.as_bytes()).records() {
        for cell in &row.unwrap() {
            assert!(!cell.starts_with(['=', '@', '+', '-']), "{cell} in {failed}");
        }
    }
    // Corrected, it is imported as the first file would have been.
    stage.import("corrected.csv", failed.replace("perhaps", "no"), &[]).await.summary(0);
    let mut sorted = formulas;
    sorted.sort_unstable();
    assert_eq!(values(&stage.company, "notes").await, sorted);
    assert_eq!(values(&stage.company, "tags").await, sorted.map(|tag| json!([tag])));
}
