//! Phone numbers that a spreadsheet has changed, and placeholders instead of phone numbers.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use super::{contacts, values};
use crate::stage::Stage;

on_both_databases!(
    placeholders_are_empty_and_never_match,
    scientific_notation_is_refused_with_a_reason,
    a_fraction_of_zero_is_dropped,
    a_fraction_of_zero_is_dropped_in_another_country,
    a_lost_plus_sign_is_restored,
    plus_signs_that_a_spreadsheet_removed_create_no_second_contact,
    a_worse_spelling_never_replaces_a_stored_number,
);

async fn placeholders_are_empty_and_never_match(backend: Backend) {
    let stage = Stage::start(backend).await;
    let done = stage.import("people.csv", include_str!("fixtures/field_cases/placeholders.csv"), &[]).await;
    let summary = done.summary(1);
    let counts = ["created", "updated", "failed", "placeholders"].map(|key| summary[key].as_u64().unwrap());
    assert_eq!(counts, [8, 0, 4, 8], "who has neither a number nor an address fails: {}", done.stderr);
    assert!(done.stderr.contains("left out: 8 placeholders such as N/A"), "{}", done.stderr);
    assert_eq!(done.stderr.matches("there is neither a phone number nor an email address").count(), 4);
    assert_eq!(values(&stage.company, "phone").await, vec![Value::Null; 8]);
    let notes = values(&stage.company, "notes").await;
    assert_eq!(
        notes,
        ["eve note", "finn note", "gus note", "hal note", "ivy note", "jon note", "kim note", "lea note"]
    );
}

async fn scientific_notation_is_refused_with_a_reason(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = include_str!("fixtures/field_cases/scientific_notation.csv");
    let done = stage.import("people.csv", file, &[]).await;
    assert_eq!(done.summary(1)["failed"], 5);
    assert!(
        done.stderr.contains("line 2: the phone number 1.41556E+10 is in scientific notation"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("line 6: the phone number 4,915E+11 is in"), "{}", done.stderr);
    assert!(contacts(&stage.company).await.is_empty());
}

/// Imports a file with `--match phone`, and returns the phone numbers of the contacts.
async fn phones(stage: &Stage, name: &str, file: &str, code: i32) -> Vec<Value> {
    let done = stage.import(name, file, &["--match", "phone"]).await;
    assert_eq!(done.code, Some(code), "{done:#?}");
    values(&stage.company, "phone").await
}

async fn a_fraction_of_zero_is_dropped(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = include_str!("fixtures/field_cases/fraction_us.csv");
    let stored = ["+14155550102", "+14155550101"];
    assert_eq!(phones(&stage, "people.csv", file, 0).await, stored);
    // The third number is in scientific notation.
    let file = include_str!("fixtures/field_cases/fraction_us.ndjson");
    assert_eq!(phones(&stage, "people.ndjson", file, 1).await, ["+14155550101", "+14155550102"]);
    assert!(stage.content("people.failed.ndjson").contains("1.4155550101e10 is in scientific notation"));
}

async fn a_fraction_of_zero_is_dropped_in_another_country(backend: Backend) {
    let stage = Stage::start_in(backend, "DE").await;
    let file = include_str!("fixtures/field_cases/fraction_de.csv");
    let stored = ["+4915155501020", "+49305550101"];
    assert_eq!(phones(&stage, "people.csv", file, 0).await, stored);
    let file = include_str!("fixtures/field_cases/fraction_de.ndjson");
    assert_eq!(phones(&stage, "people.ndjson", file, 0).await.len(), 2, "it belongs to an existing contact");
}

async fn a_lost_plus_sign_is_restored(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = include_str!("fixtures/field_cases/lost_plus.csv");
    assert_eq!(phones(&stage, "people.csv", file, 0).await, ["+4915155501020", "+447911123456"]);
    // With another country than the company's, the same digits are a national number.
    let other = Stage::start(backend).await;
    let done =
        other.import("people.csv", "email,phone\na@example.com,447911123456\n", &["--country", "DE"]).await;
    assert_eq!(done.summary(0)["created"], 1);
    assert_eq!(values(&other.company, "phone").await, ["+49447911123456"]);
}

async fn plus_signs_that_a_spreadsheet_removed_create_no_second_contact(backend: Backend) {
    for country in ["DE", "GB", "US"] {
        let stage = Stage::start_in(backend, country).await;
        for (name, phone) in [
            ("Ann Example", "+4915155501020"),
            ("Bea Example", "+492215550117"),
            ("Cleo Example", "+14155550101"),
        ] {
            stage.company.create(json!({ "full_name": name, "phone_number": phone })).await;
        }
        let before = contacts(&stage.company).await;
        let exported = stage.run(&["export", "--format", "csv"]).await.text();
        for edited in [exported.replace(",+", ","), exported.replace(",+", ",").replace("1020,", "1020.0,")] {
            let done = stage.import("people.csv", edited, &[]).await;
            assert_eq!(done.summary(0)["created"], 0, "{country}: {}", done.stderr);
            assert_eq!(contacts(&stage.company).await, before, "{country}");
        }
    }
}

async fn a_worse_spelling_never_replaces_a_stored_number(backend: Backend) {
    for (country, spellings) in [
        ("US", &["555-0100", "4155550100.0", "14155550100", "415 555 0100", "N/A"][..]),
        ("DE", &["555-0100", "4155550100", "14155550100", "(415) 555-0100"]),
        ("GB", &["555-0100", "4155550100", "14155550100.0"]),
    ] {
        let stage = Stage::start_in(backend, country).await;
        stage.company.create(json!({ "email": "ann@example.com", "phone_number": "+14155550100" })).await;
        for spelling in spellings {
            let file = format!("Email,Phone,Notes\nann@example.com,{spelling},{spelling}\n");
            let summary = stage.import("people.csv", file, &[]).await.summary(0);
            assert_eq!(
                (&summary["updated"], &summary["replaced_phones"]),
                (&json!(1), &json!(0)),
                "{spelling}"
            );
            assert_eq!(values(&stage.company, "phone").await, ["+14155550100"], "{spelling} in {country}");
            assert_eq!(values(&stage.company, "notes").await, [*spelling]);
        }
        let file = "Email,Phone\nann@example.com,+1 415 555 0199\n";
        assert_eq!(stage.import("people.csv", file, &[]).await.summary(0)["replaced_phones"], 1);
        assert_eq!(values(&stage.company, "phone").await, ["+14155550199"], "another number is stored");
    }
}
