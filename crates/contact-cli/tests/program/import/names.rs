//! Names with only one part, and corrected names.

use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use super::contacts;
use crate::stage::Stage;

on_both_databases!(
    a_blank_last_name_is_trusted_and_exported_as_it_is,
    a_blank_last_name_does_not_remove_a_stored_one,
    a_corrected_name_replaces_the_old_one_and_is_counted,
    an_exported_name_keeps_its_case,
    a_placeholder_does_not_rename_a_contact,
);

/// Returns the names of all contacts, each with its parts.
async fn names(stage: &Stage) -> Vec<Value> {
    let all = contacts(&stage.company).await;
    all.iter().map(|contact| json!([contact["name"], contact["first_name"], contact["last_name"]])).collect()
}

async fn a_blank_last_name_is_trusted_and_exported_as_it_is(backend: Backend) {
    for (name, file, expected) in [
        (
            "people.csv",
            include_str!("fixtures/field_cases/given_name_only.csv"),
            json!([["Anna Maria", "Anna Maria", null], ["Mum Mobile Work", "Mum Mobile Work", null]]),
        ),
        (
            "people.vcf",
            include_str!("fixtures/field_cases/given_name_only.vcf"),
            json!([
                ["Anna Maria", "Anna Maria", null],
                ["Dentist Dr. Example", "Dentist Dr. Example", null],
                ["Prof. Dr. Jane Doe Jr.", "Jane", "Doe"],
            ]),
        ),
        (
            "people.ndjson",
            "{\"name\": \"Anna Maria\", \"first_name\": \"Anna Maria\", \"last_name\": null, \"email\": \"am@example.com\"}\n\
             {\"name\": \"Van Doe\", \"first_name\": \"\", \"last_name\": \"Van Doe\", \"email\": \"vd@example.com\"}\n\
             {\"name\": \"Dr. Zoe\", \"first_name\": \"Zoe\", \"last_name\": \"\", \"email\": \"zoe@example.com\"}\n",
            json!([
                ["Anna Maria", "Anna Maria", null],
                ["Dr. Zoe", "Zoe", null],
                ["Van Doe", null, "Van Doe"]
            ]),
        ),
    ] {
        let stage = Stage::start(backend).await;
        for run in 0..2 {
            let summary = stage.import(name, file, &[]).await.summary(0);
            assert_eq!(summary["replaced_names"], 0, "{name}, run {run}");
            assert_eq!(json!(names(&stage).await), expected, "{name}, run {run}");
        }
        for format in ["csv", "ndjson", "vcard"] {
            let exported = stage.run(&["export", "--format", format]).await.text();
            let other = Stage::start(backend).await;
            other.run_with_input(&["import", "-"], &exported).await.summary(0);
            assert_eq!(json!(names(&other).await), expected, "{name} as {format}");
            other.run_with_input(&["import", "-"], &exported).await.summary(0);
            assert_eq!(json!(names(&other).await), expected, "{name} as {format}, again");
        }
    }
}

async fn a_blank_last_name_does_not_remove_a_stored_one(backend: Backend) {
    let stage = Stage::start(backend).await;
    stage.company.create(json!({ "full_name": "Jane Doe", "email": "jane@example.com" })).await;
    let partial = include_str!("fixtures/field_cases/corrected_first_name.csv");
    for (name, file) in [
        ("partial.csv", partial.to_owned()),
        (
            "full.csv",
            "Name,Given Name,Family Name,E-mail 1 - Value\nJanet,Janet,,jane@example.com\n".to_owned(),
        ),
    ] {
        stage.import(name, file, &[]).await.summary(0);
        assert_eq!(names(&stage).await, [json!(["Janet Doe", "Janet", "Doe"])], "{name}");
    }
}

async fn a_corrected_name_replaces_the_old_one_and_is_counted(backend: Backend) {
    let stage = Stage::start(backend).await;
    for (name, email) in
        [("ludwig van beethofen", "lvb@example.com"), ("Mary-Kate Macdonald", "mk@example.com")]
    {
        stage.company.create(json!({ "full_name": name, "email": email })).await;
    }
    let file = include_str!("fixtures/field_cases/corrected_names.csv");
    let summary = stage.import("people.csv", file, &[]).await.summary(0);
    assert_eq!((&summary["updated"], &summary["replaced_names"]), (&json!(2), &json!(1)), "{summary}");
    assert_eq!(
        names(&stage).await,
        [
            json!(["Ludwig Van Beethoven", "Ludwig", "Van Beethoven"]),
            json!(["Mary-Kate Macdonald", "Mary-Kate", "Macdonald"])
        ]
    );
}

async fn an_exported_name_keeps_its_case(backend: Backend) {
    let stage = Stage::start(backend).await;
    let parts = json!({ "first_name": "Ludwig", "last_name": "van Beethoven", "email": "lvb@example.com" });
    stage.company.create(parts).await;
    let exported = stage.run(&["export", "--format", "csv"]).await.text();
    let stored = [json!(["Ludwig van Beethoven", "Ludwig", "van Beethoven"])];
    for run in 0..2 {
        let summary = stage.import("again.csv", &exported, &[]).await.summary(0);
        assert_eq!(summary["replaced_names"], 0, "run {run}");
        assert_eq!(names(&stage).await, stored, "run {run}");
    }

    // A name without capitals is title-cased, as every full name is.
    let file = "Name,Given Name,Family Name,E-mail 1 - Value\nmax van damm,max,van damm,max@example.com\n";
    stage.import("small.csv", file, &[]).await.summary(0);
    assert_eq!(names(&stage).await[1][0], "Max Van Damm");
}

async fn a_placeholder_does_not_rename_a_contact(backend: Backend) {
    let stage = Stage::start(backend).await;
    stage.company.create(json!({ "full_name": "Ann Example", "email": "ann@example.com" })).await;
    for file in [
        "Name,Email\nN/A,ann@example.com\n",
        "Name,Email\n-,ann@example.com\n",
        "First Name,Last Name,Email\nAnn,#N/A,ann@example.com\n",
    ] {
        let done = stage.import("people.csv", file, &[]).await;
        let summary = done.summary(0);
        assert_eq!((&summary["replaced_names"], &summary["placeholders"]), (&json!(0), &json!(1)), "{file}");
        assert_eq!(names(&stage).await, [json!(["Ann Example", "Ann", "Example"])], "{file}");
    }
}
