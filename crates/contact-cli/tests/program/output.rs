//! The forms that a result is printed in.

use contact_testing::Backend;
use serde_json::json;

use crate::stage::Stage;

/// A contact whose answer is the same each time, but for its id and times.
async fn stage() -> (Stage, String) {
    let stage = Stage::start_as_admin(Backend::Sqlite).await;
    stage.id(&["custom-field", "create", "Size"]).await;
    let jane =
        ["create", "--full-name", "jane doe", "--phone", "(415) 555-2671", "--tag", "lead", "--tag", "a,b"];
    let more = ["--notes", "two\nlines, \"quoted\"", "--field", "Size:=1.10000000000000000001"];
    let id = stage.id(&[&jane[..], &more].concat()).await;
    (stage, id)
}

/// What differs from run to run, replaced by as many characters.
fn steady(text: &str, id: &str) -> String {
    let no_id = text.replace(id, "ID----------------------------------").replace(&id.replace('-', ""), "ID");
    let mut steady = String::new();
    let mut rest = no_id.as_str();
    // A time begins with the century and ends with a Z.
    while let Some((before, time)) = rest.split_once("20").filter(|(_, time)| time.contains("Z")) {
        let is_time = time.as_bytes().get(2) == Some(&b'-');
        let (end, shown) =
            if is_time { (time.find('Z').map_or(0, |end| end + 1), "TIME") } else { (0, "20") };
        steady += before;
        steady += shown;
        rest = &time[end..];
    }
    steady + rest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_printed_in_every_format() {
    let (stage, id) = stage().await;
    for form in ["table", "json", "ndjson", "csv", "yaml"] {
        let text = stage.run(&["list", "--include", "custom_fields", "--output", form]).await.text();
        insta::assert_snapshot!(format!("list_{form}"), steady(&text, &id));
        let none = stage.run(&["list", "--tag", "none", "--output", form]).await.text();
        insta::assert_snapshot!(format!("empty_list_{form}"), none);
    }
    assert_eq!(stage.run(&["list", "--quiet", "--output", "csv"]).await.text(), format!("{id}\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_cell_of_a_list_is_a_formula() {
    let stage = Stage::start(Backend::Sqlite).await;
    let texts = ["=1+1", "@SUM(1)", "+cmd|' /C calc'!A0", "-1+2", "+1 (415) 555-2671", ""];
    for text in texts {
        stage.id(&["create", &format!("--notes={text}"), &format!("--business-name={text}")]).await;
    }
    let listed = stage.run(&["list", "--all", "--sort", "created_at", "--output", "csv"]).await.text();
    let exported = stage.run(&["export", "--format", "csv"]).await.text();
    let cells = |table: &str| {
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let column = reader.headers().unwrap().iter().position(|name| name == "notes").unwrap();
        reader.records().map(|record| record.unwrap()[column].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(cells(&listed), cells(&exported));
    assert_eq!(cells(&listed)[..2], ["\"=1+1\"", "\"@SUM(1)\""]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_is_printed_in_every_format() {
    let (stage, id) = stage().await;
    for form in ["table", "json", "ndjson", "csv", "yaml"] {
        let text = stage.run(&["get", &id, "--output", form]).await.text();
        insta::assert_snapshot!(format!("contact_{form}"), steady(&text, &id));
    }
    let update = ["update", &id, "--notes", "x", "--clear", "tags", "--receipt", "--output", "table"];
    let receipt = stage.run(&update).await.text();
    insta::assert_snapshot!("receipt_table", steady(&receipt, &id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_output_equals_the_response() {
    let (stage, id) = stage().await;
    let answered = stage.company.get(&format!("/contacts/{id}/")).await.json();
    assert_eq!(stage.json(&["get", &id]).await, answered);
    let listed = stage.company.get("/contacts/").await.json();
    assert_eq!(stage.json(&["list"]).await, listed["results"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_escaped_on_a_terminal() {
    let stage = Stage::start(Backend::Sqlite).await;
    let evil = json!({ "full_name": "\u{1b}[2J\u{9b}31mjane" });
    stage.run_with_input(&["create", "--json", "-"], &evil.to_string()).await.text();
    let table = stage.run(&["list", "--output", "table"]).await.text();
    assert!(!table.chars().any(|character| character.is_control() && character != '\n'), "{table:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_pipe_is_not_an_error() {
    let stage = Stage::start(Backend::Sqlite).await;
    stage.id(&["create"]).await;
    let mut command = stage.program(&["list"]);
    // A closed pipe.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let finished = command.stdout(writer).output().await.unwrap();
    assert_eq!((finished.status.code(), finished.stderr.as_slice()), (Some(0), &b""[..]));
}
