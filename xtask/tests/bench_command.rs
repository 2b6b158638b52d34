//! That the benchmark's table and plot say what was measured. No test here knows what a figure ought to be.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::collections::BTreeMap;
use std::process::Command;

use xtask::bench::figure::Request::{Get, Patch, Post};
use xtask::bench::figure::{Database, Figure, Figures, Sample, Site};
use xtask::bench::machine::Machine;
use xtask::bench::report::{Method, Report};

/// Two rounds on SQLite: all but what growth needs.
fn report() -> Report {
    let mut figures = Figures::default();
    let mut add = |figure, values: [f64; 2], times: Option<(f64, f64)>| {
        for value in values {
            let sample = Sample { value, p50: times.map(|(p50, _)| p50), p99: times.map(|(_, p99)| p99) };
            figures.add(figure, sample);
        }
    };
    add(Figure::Constant, [100_000.0, 90_000.0], Some((0.5, 2.0)));
    add(Figure::RawLoop, [25_000.0, 20_000.0], Some((0.4, 10.0)));
    add(Figure::Load(Site::Full, Get, 64), [55_000.0, 45_000.0], Some((1.0, 4.0)));
    add(Figure::Load(Site::Full, Patch, 64), [20_000.0, 16_000.0], Some((2.2, 31.0)));
    add(Figure::Load(Site::Full, Post, 64), [10_000.0, 9_000.0], Some((4.5, 40.0)));
    add(Figure::Load(Site::Full, Patch, 1), [900.0, 1_100.0], Some((0.9, 1.5)));
    add(Figure::Memory, [48.0, 50.0], None);
    let machine = Machine {
        processor: "A <fast> one".to_owned(),
        cores: 2,
        kernel: "Linux 6.1".to_owned(),
        date: "2023-11-07".to_owned(),
        commit: "0123456789ab".to_owned(),
    };
    let method = Method { contacts: 100_000, seconds: 4, repeats: 2 };
    Report::new(machine, method, &BTreeMap::from([(Database::Sqlite, figures)]))
}

#[test]
fn the_table_has_a_line_for_all_that_was_measured_and_its_limit() {
    insta::assert_snapshot!(report().table());
}

#[test]
fn the_plot_has_a_bar_for_every_ratio() {
    insta::assert_snapshot!(report().plot());
}

#[test]
fn the_json_says_the_same_as_the_table() {
    let json: serde_json::Value = serde_json::from_str(&report().json().unwrap()).unwrap();
    let patch = &json["rows"][0];
    assert_eq!((&patch["name"], &patch["database"]), (&"PATCH".into(), &"sqlite".into()));
    assert_eq!(patch["ratio"], serde_json::json!({ "median": 0.8, "min": 0.8, "max": 0.8 }));
    assert_eq!(patch["to_reach"], serde_json::json!({ "at_least": 0.75 }));
    assert_eq!(patch["reached"], true);
}

/// The parts that the benchmark calls, on a few contacts: they find each other's rows.
#[test]
fn a_seeded_database_can_be_updated_by_the_raw_loop() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("contacts.db");
    let part = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let output = command.arg("bench-part").args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let url = format!("sqlite://{}", file.display());
    let seeded = part(&["seed", "--database-url", &url, "--contacts", "3"]);
    assert!(seeded["key"].as_str().unwrap().starts_with("ctk_"));
    let found =
        part(&["raw-loop", "--file", &file.display().to_string(), "--contacts", "3", "--seconds", "1"]);
    assert!(found["value"].as_f64().unwrap() > 0.0, "no row was updated: {found}");
}
