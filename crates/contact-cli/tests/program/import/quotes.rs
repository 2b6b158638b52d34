//! Quotes in CSV files, closed or not, and a first line that sets the delimiter.

use contact_testing::Backend;
use serde_json::json;

use super::values;
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_that_is_never_closed_ends_the_import() {
    let stage = Stage::start(Backend::Sqlite).await;
    let file = "Email,Name,Notes\none@example.com,One,\"two\nlines\"\ntwo@example.com,Two,fine\n\
                three@example.com,Three,x\nfour@example.com,Four,\"said hello\nfive@example.com,Five,x\n\
                six@example.com,Six,x\n";
    let done = stage.import("people.csv", file, &[]).await;
    let summary = done.summary(1);
    assert_eq!((&summary["done"], &summary["complete"]), (&json!(3), &json!(false)));
    assert!(done.stderr.contains("the quote that opens in line 6 is not closed"), "{}", done.stderr);
    assert!(done.stderr.contains("`--skip 3` continues"), "{}", done.stderr);
    assert_eq!(values(&stage.company, "name").await, ["One", "Three", "Two"]);

    let piped = stage.run_with_input(&["import", "-"], file).await;
    assert_eq!(piped.summary(1)["done"], 3);
    let corrected = file.replace("\"said hello", "said hello");
    let rest = stage.import("people.csv", corrected, &["--skip", "3"]).await.summary(0);
    assert_eq!((&rest["created"], &rest["updated"]), (&json!(3), &json!(0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quote_that_is_not_closed_for_a_whole_request_names_its_line() {
    let stage = Stage::start(Backend::Sqlite).await;
    let rows = "other@example.com,Other,note\n".repeat(600_000);
    let file = format!("Email,Name,Notes\none@example.com,One,x\ntwo@example.com,\"Two,x\n{rows}");
    let done = stage.import("long.csv", file, &[]).await;
    assert_eq!(done.summary(1)["done"], 1);
    assert!(done.stderr.contains("the quote that opens in line 3 is not closed"), "{}", done.stderr);
    assert_eq!(values(&stage.company, "name").await, ["One"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_with_text_after_a_closing_quote_fails() {
    let stage = Stage::start(Backend::Sqlite).await;
    let file = "Email,Company,Notes\none@example.com,\"Robert \\\"Bob\\\" Smith\",fine\n\
                two@example.com,\"Ann \\\"A, C\\\" Day\",x\nthree@example.com,Three,5\" pipe\n";
    let done = stage.import("people.csv", file, &[]).await;
    let summary = done.summary(1);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(1), &json!(2)));
    let reason = "line 2: text follows the closing quote of the cell that opens in line 2";
    assert!(done.stderr.contains(reason) && done.stderr.contains("`--escape '\\'`"), "{}", done.stderr);
    assert_eq!(values(&stage.company, "business_name").await, ["Three"]);

    let escaped = stage.import("people.csv", file, &["--escape", "\\"]).await.summary(0);
    assert_eq!((&escaped["created"], &escaped["updated"]), (&json!(2), &json!(1)));
    let mut names = values(&stage.company, "business_name").await;
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, ["Ann \"A, C\" Day", "Robert \"Bob\" Smith", "Three"]);

    // A missing quote joins two rows, which fail together. The rows after them are imported.
    let swallowed = "Email,Name,Notes\nsix@example.com,Six,\"said\nseven@example.com,Seven,\"x\"\n\
                     eight@example.com,Eight,x\n";
    let summary = stage.import("swallowed.csv", swallowed, &[]).await.summary(1);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(1), &json!(1)));
    assert!(stage.content("swallowed.failed.csv").contains("seven@example.com"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_line_sets_the_delimiter() {
    let stage = Stage::start(Backend::Sqlite).await;
    for (place, (first, delimiter)) in
        [("sep=;", ";"), ("\"sep=,\"", ","), ("sep=\t", "\t"), ("sep=|", "|")].into_iter().enumerate()
    {
        let row = |cells: [&str; 3]| cells.join(delimiter);
        let headings = row(["Name", "Email", "Company"]);
        let jane = row(["Jane", "jane@example.com", "\"Example, Ltd; Co\""]);
        let bad = row(["Max", "", ""]);
        let done =
            stage.import("sep.csv", format!("{first}\r\n{headings}\r\n{jane}\r\n{bad}\r\n"), &[]).await;
        let summary = done.summary(1);
        assert_eq!((&summary["rows"], &summary["failed"]), (&json!(2), &json!(1)), "{first}");
        assert!(done.stderr.contains("line 4: "), "{}", done.stderr);
        assert_eq!(values(&stage.company, "business_name").await, ["Example, Ltd; Co"], "{first}");
        // The file of failed rows has the same delimiter.
        let failed =
            if place == 0 { "sep.failed.csv".to_owned() } else { format!("sep.failed-{}.csv", place + 1) };
        let corrected = stage
            .content(&failed)
            .replace("Max", "Jane")
            .replace(&format!("Jane{delimiter}"), &format!("Jane{delimiter}jane@example.com"));
        stage.import("corrected.csv", corrected, &[]).await.summary(0);
    }
}
