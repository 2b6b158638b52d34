//! Files of other programs.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use super::{contacts, values};
use crate::stage::Stage;

on_both_databases!(
    contacts_of_google_are_imported,
    contacts_of_google_before_2024_are_imported,
    contacts_of_a_european_outlook_are_imported,
    contacts_of_hubspot_are_imported_with_a_custom_field,
    every_format_of_json_is_imported,
    joined_pages_of_a_list_are_imported,
    lists_and_exports_can_be_imported,
);

/// Returns the keys of a contact that an import sets.
fn imported(contact: &Value) -> Value {
    let keys = [
        "name",
        "first_name",
        "last_name",
        "email",
        "phone",
        "business_name",
        "notes",
        "tags",
        "lead_source",
        "is_dnd",
        "custom_fields",
    ];
    let members = keys
        .into_iter()
        .filter(|key| !contact[key].is_null())
        .map(|key| (key.to_owned(), contact[key].clone()));
    Value::Object(members.collect())
}

/// Returns the keys that an import sets of all contacts, sorted by name.
pub(super) async fn all(stage: &Stage) -> Value {
    contacts(&stage.company).await.iter().map(imported).collect()
}

async fn contacts_of_google_are_imported(backend: Backend) {
    let stage = Stage::start(backend).await;
    let done = stage.import("google.csv", include_str!("fixtures/google.csv"), &[]).await;
    assert_eq!(done.summary(0)["created"], 2);
    assert_eq!(
        all(&stage).await,
        json!([
            {
                "name": "Jane Marie Doe", "first_name": "Jane Marie", "last_name": "Doe",
                "email": "jane@example.com", "phone": "+14155552671", "business_name": "Example Ltd",
                "notes": "Met at the fair,\ncalls on Mondays", "tags": ["Customers", "VIP"],
                "lead_source": "import", "is_dnd": false, "custom_fields": {}
            },
            {
                "name": "Zoë Ångström", "first_name": "Zoë", "last_name": "Ångström",
                "email": "zoe@work.example", "phone": "+14155552673", "tags": [],
                "lead_source": "import", "is_dnd": false, "custom_fields": {}
            }
        ])
    );
}

async fn contacts_of_google_before_2024_are_imported(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = include_str!("fixtures/google_before_2024.csv");
    assert_eq!(stage.import("google.csv", file, &["--tag", "fair"]).await.summary(0)["created"], 1);
    assert_eq!(
        all(&stage).await,
        json!([{
            "name": "Jane Doe", "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com",
            "phone": "+14155552671", "business_name": "Example Ltd", "tags": ["friends", "fair"],
            "lead_source": "import", "is_dnd": false, "custom_fields": {}
        }])
    );
}

async fn contacts_of_a_european_outlook_are_imported(backend: Backend) {
    let stage = Stage::start(backend).await;
    // As Outlook writes it: in Windows-1252, with semicolons.
    let (file, _, _) = encoding_rs::WINDOWS_1252.encode(include_str!("fixtures/outlook.csv"));
    let done = stage.import("outlook.csv", &file, &["--country", "DE"]).await;
    assert_eq!(done.summary(0)["created"], 2);
    assert!(
        done.stderr.contains("CSV with semicolons") && done.stderr.contains("Windows-1252"),
        "{}",
        done.stderr
    );
    assert_eq!(
        all(&stage).await,
        json!([
            {
                "name": "Jana Müller-Lüdenscheidt", "first_name": "Jana", "last_name": "Müller-Lüdenscheidt",
                "email": "jana@beispiel.example", "phone": "+491712345678", "business_name": "Beispiel GmbH",
                "notes": "Ruft zurück", "tags": ["Kunde", "Messe"],
                "lead_source": "import", "is_dnd": false, "custom_fields": {}
            },
            {
                "name": "Max Muster", "first_name": "Max", "last_name": "Muster", "email": "max@beispiel.example",
                "phone": "+4930901821", "tags": [], "lead_source": "import", "is_dnd": false, "custom_fields": {}
            }
        ])
    );
}

async fn contacts_of_hubspot_are_imported_with_a_custom_field(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    stage.id(&["custom-field", "create", "Seats", "--type", "number"]).await;
    stage.id(&["custom-field", "create", "Status"]).await;
    let map = ["--map", "Lead Status=custom_fields.Status"];
    let done = stage.import("hubspot.csv", include_str!("fixtures/hubspot.csv"), &map).await;
    assert_eq!(done.summary(0)["created"], 2);
    let all = contacts(&stage.company).await;
    assert_eq!(all[0]["custom_fields"], json!({ "Seats": 12, "Status": "NEW" }));
    assert_eq!(all[1]["custom_fields"], json!({}));
    assert_eq!((&all[0]["phone"], &all[1]["phone"]), (&json!("+14155552671"), &json!("+14155552672")));
    assert_eq!((&all[0]["name"], &all[1]["name"]), (&json!("Jane Doe"), &json!("Max")));
}

async fn every_format_of_json_is_imported(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    stage.id(&["custom-field", "create", "Size"]).await;
    let jane =
        r#"{"full_name": "jane doe", "phone": 4155552671, "tags": ["a,b"], "email": null, "is_dnd": true}"#;
    let max = r#"{"First Name": "max", "email": "max@example.com", "custom_fields": {"Size": 1.10000000000000000001}}"#;
    let forms = [
        ("a.ndjson", format!("{jane}\n\n{max}\r\n")),
        ("a.json", format!("[{jane},\n{max}]")),
        ("results.json", format!("{{\"next\": \"]\", \"count\": 2, \"results\": [\n{jane}, {max}\n]}}")),
        ("contacts.json", format!("{{\"contacts\":[{jane},{max}]}}")),
    ];
    for (name, file) in forms {
        let summary = stage.import(name, &file, &[]).await.summary(0);
        assert_eq!(summary["rows"], 2, "{name}: {summary}");
        let piped = stage.run_with_input(&["import", "-"], &file).await.summary(0);
        assert_eq!((&piped["updated"], &piped["created"]), (&json!(2), &json!(0)), "{name}");
    }
    let text = stage.run(&["list", "--include", "custom_fields", "--output", "ndjson"]).await.text();
    assert!(text.contains(r#""Size":1.10000000000000000001"#), "every digit is kept: {text}");
    assert_eq!(values(&stage.company, "tags").await, [json!(["a,b"]), json!([])]);
    assert_eq!(values(&stage.company, "is_dnd").await, [true, false]);
}

async fn joined_pages_of_a_list_are_imported(backend: Backend) {
    let stage = Stage::start(backend).await;
    let row = |name: &str| format!(r#"{{"name": "{name}", "email": "{name}@example.com"}}"#);
    let pages = format!(
        r#"{{"results": [{}], "next": 1}} {{"contacts": 0, "results": []}}[{},{}][]{{"contacts":[{}],"results":[{}]}}"#,
        row("Ann"),
        row("Ben"),
        row("Cem"),
        row("Dan"),
        row("Eva")
    );
    assert_eq!(stage.import("pages.json", pages, &[]).await.summary(0)["created"], 5);
    let zoe = row("Zoe");
    for (file, why) in [
        (format!("[{zoe}] 1"), "neither an array nor an object with one under `results` or `contacts`"),
        (format!("[{zoe}]{zoe}"), "neither an array nor an object with one under `results` or `contacts`"),
        (format!("[{zoe}] x"), "expected value"),
        (format!("[{zoe} {zoe}]"), "expected `,` or `]`"),
        (format!("[{zoe},]"), "trailing comma"),
        (format!("[{zoe}][,{zoe}]"), "expected value"),
        (format!("{{\"results\": [{zoe}] \"next\": 1}}"), "expected `,` or `}`"),
        (format!("{{\"results\": [{zoe}]"), "EOF while parsing an object"),
    ] {
        // The rows before the error are imported only if there are more than are read ahead.
        let refused = stage.import("broken.json", &file, &[]).await.refusal(1);
        assert!(refused.contains(why) && refused.contains("line 1"), "{file}: {refused}");
    }
    assert_eq!(values(&stage.company, "name").await, ["Ann", "Ben", "Cem", "Dan", "Eva"]);
}

async fn lists_and_exports_can_be_imported(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    stage.id(&["custom-field", "create", "Plan"]).await;
    let jane =
        ["create", "--full-name", "jane doe", "--phone", "(415) 555-2671", "--tag", "a,b", "--tag", "vip"];
    let more = [
        "--notes",
        "\"two\nlines, quoted\"",
        "--business-name",
        "=1+1",
        "--field",
        "Plan:={\"a\":[1,\"x\"]}",
        "--dnd",
        "true",
    ];
    stage.id(&[&jane[..], &more].concat()).await;
    let before = contacts(&stage.company).await;
    for form in ["csv", "ndjson", "json"] {
        let list = ["list", "--all", "--include", "custom_fields,first_name,last_name", "--output", form];
        let text = stage.run(&list).await.text();
        let summary = stage.import(&format!("own.{form}"), text, &["--strict"]).await.summary(0);
        assert_eq!((&summary["updated"], &summary["failed"]), (&json!(1), &json!(0)), "{form}");
        assert_eq!(contacts(&stage.company).await, before, "{form}: nothing changes");
    }
    for form in ["csv", "ndjson"] {
        let text = stage.run(&["export", "--format", form]).await.text();
        let summary = stage.import(&format!("export.{form}"), text, &["--strict"]).await.summary(0);
        assert_eq!((&summary["updated"], &summary["failed"]), (&json!(1), &json!(0)), "{form}");
        assert_eq!(contacts(&stage.company).await, before, "{form}: nothing changes");
    }
}
