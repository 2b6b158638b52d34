//! Cells with several values, and lead sources that do not exist.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use super::{contacts, values};
use crate::stage::Stage;

on_both_databases!(
    the_first_of_several_values_in_a_cell_is_used,
    the_lead_source_of_an_existing_contact_never_becomes_manual,
    an_unknown_lead_source_is_refused_by_a_strict_import,
    people_who_share_a_phone_stay_separate,
    people_with_the_same_local_number_stay_separate,
);

async fn the_first_of_several_values_in_a_cell_is_used(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = include_str!("fixtures/field_cases/several_values.csv");
    let done = stage.import("people.csv", file, &[]).await;
    let summary = done.summary(0);
    let counts =
        ["created", "updated", "further_values", "replaced_names"].map(|key| summary[key].as_u64().unwrap());
    assert_eq!(counts, [7, 2, 9, 2], "{}", done.stderr);
    assert!(
        done.stderr.contains("left out: 9 values after the first phone number or email address"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("replaced in existing contacts: 2 names"), "{}", done.stderr);
    let mut found: Vec<_> = contacts(&stage.company)
        .await
        .iter()
        .map(|contact| json!([contact["email"], contact["phone"]]))
        .collect();
    found.sort_by_key(ToString::to_string);
    let expected =
        [("a1", "01"), ("b1", "03"), ("c1", "05"), ("d1", "07"), ("e1", "09"), ("f1", "10"), ("g1", "11")];
    let expected =
        expected.map(|(name, end)| json!([format!("{name}@example.com"), format!("+141555501{end}")]));
    assert_eq!(found, expected);

    // The same cells in other formats update the same contacts.
    let cells = [
        ("a1@example.com; a2@example.com", "+1 415 555 0101; +1 415 555 0102"),
        ("Erin Example <e1@example.com>", "415-555-0109 (office)"),
        ("mailto:f1@example.com", "tel:415-555-0110"),
    ];
    let ndjson: String = cells
        .iter()
        .map(|(email, phone)| json!({ "email": email, "phone": phone }).to_string() + "\n")
        .collect();
    let escaped = |text: &str| text.replace(';', "\\;");
    let cards: String = cells
        .iter()
        .map(|(email, phone)| {
            let (email, phone) = (escaped(email), escaped(phone));
            format!("BEGIN:VCARD\nVERSION:3.0\nFN:\nEMAIL:{email}\nTEL:{phone}\nEND:VCARD\n")
        })
        .collect();
    for (name, file) in [("people.ndjson", ndjson), ("people.vcf", cards)] {
        let summary = stage.import(name, file, &[]).await.summary(0);
        assert_eq!((&summary["updated"], &summary["further_values"]), (&json!(3), &json!(2)), "{name}");
        assert_eq!(values(&stage.company, "email").await.len(), 7, "{name}");
    }
}

async fn the_lead_source_of_an_existing_contact_never_becomes_manual(backend: Backend) {
    let stage = Stage::start(backend).await;
    let rhea = stage.company.create(json!({ "email": "rhea@example.com", "lead_source": "facebook" })).await;
    let done = stage.import("leads.csv", include_str!("fixtures/field_cases/lead_source.csv"), &[]).await;
    assert_eq!(done.summary(0)["unknown_lead_sources"], 2);
    assert!(done.stderr.contains("left out: 2 texts instead of a lead source"), "{}", done.stderr);
    assert_eq!(stage.company.read(rhea).await["lead_source"], "facebook");
    assert_eq!(values(&stage.company, "lead_source").await, ["import", "facebook"]);

    let hubspot = include_str!("fixtures/field_cases/lead_source_hubspot.csv");
    stage.import("hubspot.csv", hubspot, &[]).await.summary(0);
    let now = stage.company.read(rhea).await;
    assert_eq!((&now["lead_source"], &now["phone"]), (&json!("facebook"), &json!("+15125550101")));

    let file = "email,lead source\nrhea@example.com,Manual\nnew2@example.com,manual\n";
    assert_eq!(stage.import("manual.csv", file, &[]).await.summary(0)["unknown_lead_sources"], 0);
    assert_eq!(stage.company.read(rhea).await["lead_source"], "facebook");
    let sources = values(&stage.company, "lead_source").await;
    assert_eq!(sources.iter().filter(|source| *source == "manual").count(), 1, "only the new contact's is");
    let file = "email,lead source\nrhea@example.com,Webhook\n";
    stage.import("webhook.csv", file, &[]).await.summary(0);
    assert_eq!(stage.company.read(rhea).await["lead_source"], "webhook", "a known word is stored");
}

async fn an_unknown_lead_source_is_refused_by_a_strict_import(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = "email,lead source\nnew@example.com,Trade Show\n";
    let done = stage.import("strict.csv", file, &["--strict"]).await;
    assert_eq!(done.summary(1)["failed"], 1);
    assert!(done.stderr.contains("lead_source"), "{}", done.stderr);
}

async fn people_who_share_a_phone_stay_separate(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = include_str!("fixtures/field_cases/shared_landline.csv");
    for run in ["created", "updated"] {
        let summary = stage.import("people.csv", file, &[]).await.summary(0);
        assert_eq!((&summary[run], &summary["replaced_names"]), (&json!(3), &json!(0)), "{summary}");
        assert_eq!(values(&stage.company, "name").await, ["Anna Example", "Bert Example", "Cara Example"]);
        assert_eq!(
            values(&stage.company, "notes").await,
            [json!("likes tea"), json!("likes coffee"), json!(null)]
        );
        assert_eq!(values(&stage.company, "phone").await, ["+49305550101"; 3]);
    }
    let one = include_str!("fixtures/field_cases/shared_landline_one.csv");
    assert_eq!(stage.import("one.csv", one, &[]).await.summary(0)["updated"], 1);
    // With another policy, the summary counts the contacts that it renamed.
    let phone = stage.import("one.csv", one, &["--match", "phone"]).await.summary(0);
    assert_eq!((&phone["replaced_names"], &phone["replaced_emails"]), (&json!(1), &json!(0)), "{phone}");
}

async fn people_with_the_same_local_number_stay_separate(backend: Backend) {
    for (country, file, number) in [
        ("US", include_str!("fixtures/field_cases/local_number_us.csv"), "555-0100"),
        ("GB", include_str!("fixtures/field_cases/local_number_gb.csv"), "7946 0018"),
    ] {
        let stage = Stage::start_in(backend, country).await;
        assert_eq!(stage.import("people.csv", file, &[]).await.summary(0)["created"], 2);
        assert_eq!(values(&stage.company, "phone").await, [number; 2], "it is stored as sent");
    }
}
