//! The cases cover the contract: every decision, every operation, and each where it says that it stands.
//!
//! What is documented is held against `xtask/contract/documented.yaml` in xtask, which reads it.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::collections::{BTreeMap, BTreeSet};

use contact_conformance::{Case, Need, Rank, cases};
use serde::Deserialize;

const DECISIONS: &str = include_str!("../../../docs/decisions.md");
const DESCRIPTION: &str = include_str!("../../../openapi.yaml");

/// What no one sees from outside, each with the reason.
const NOT_OBSERVABLE: [(&str, &str); 3] = [
    ("Get / a thread's duration", "it is a unit, and nothing tells seconds from minutes"),
    ("Every operation / a malformed request", "an HTTP client sends none"),
    (
        "Every operation / a client that closes its side of the connection",
        "an HTTP client closes both sides at once",
    ),
];

/// Sections that are of the command line, and of no server.
const OF_NO_SERVER: [&str; 1] = ["Importing with contacts import"];

fn all() -> Vec<Case> {
    cases().unwrap_or_else(|error| panic!("{error}"))
}

/// A row of a table in `docs/decisions.md`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    /// Section and first cell, as a case names them.
    place: String,
    section: String,
    rank: Rank,
}

/// Every row, in its section. A section or a row that is an extension says so.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut section = "";
    for line in DECISIONS.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title;
        }
        let Some((what, _)) = line.strip_prefix("| ").and_then(|row| row.split_once(" | ")) else { continue };
        if what == "what" || what.starts_with("---") {
            continue;
        }
        let mark = " (extension)";
        let is_extension = section.ends_with(mark) || what.ends_with(mark);
        let name = |text: &str| text.trim_end_matches(mark).replace('`', "");
        rows.push(Row {
            place: format!("{} / {}", name(section), name(what)),
            section: name(section),
            rank: if is_extension { Rank::Extension } else { Rank::Decided },
        });
    }
    rows.retain(|row| !OF_NO_SERVER.contains(&row.section.as_str()));
    rows
}

#[test]
fn every_decision_has_a_case() {
    let (cases, rows) = (all(), rows());
    let decided: BTreeSet<&str> =
        rows.iter().filter(|row| row.rank == Rank::Decided).map(|row| row.place.as_str()).collect();
    assert!(decided.len() > 30, "the decisions are read: {decided:#?}");
    let shown: BTreeSet<&str> = cases
        .iter()
        .filter(|case| case.rank == Rank::Decided)
        .flat_map(|case| &case.places)
        .map(String::as_str)
        .chain(NOT_OBSERVABLE.map(|(place, _)| place))
        .collect();
    assert_eq!(decided.difference(&shown).collect::<Vec<_>>(), Vec::<&&str>::new(), "no case shows these");
    assert_eq!(
        shown.difference(&decided).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "docs/decisions.md lacks these"
    );
}

#[test]
fn every_kind_of_extension_has_a_case() {
    let (cases, rows) = (all(), rows());
    let extensions = || rows.iter().filter(|row| row.rank == Rank::Extension);
    let mut sections: BTreeMap<&str, usize> = extensions().map(|row| (row.section.as_str(), 0)).collect();
    for case in cases.iter().filter(|case| case.rank == Rank::Extension) {
        for place in &case.places {
            let row = extensions().find(|row| row.place == *place);
            let row =
                row.unwrap_or_else(|| panic!("docs/decisions.md lacks `{place}`, where {} stands", case.id));
            *sections.get_mut(row.section.as_str()).unwrap() += 1;
        }
    }
    assert!(sections.len() > 8, "{sections:#?}");
    assert_eq!(
        sections.iter().filter(|(_, cases)| **cases == 0).collect::<Vec<_>>(),
        [],
        "no case shows these"
    );
}

#[test]
fn every_operation_is_asked_for() {
    #[derive(Deserialize)]
    struct Description {
        paths: BTreeMap<String, BTreeMap<String, yaml_serde::Value>>,
    }
    let description: Description = yaml_serde::from_str(DESCRIPTION).unwrap();
    let cases = all();
    let sent: BTreeSet<String> = cases.iter().flat_map(Case::requests).map(without_names).collect();
    let mut missing = Vec::new();
    for (path, methods) in &description.paths {
        for method in methods.keys() {
            let operation = without_names(&format!("{} {path}", method.to_uppercase()));
            if !sent.contains(&operation) {
                missing.push(operation);
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "no case asks for these: {sent:#?}");
}

/// A request with its query left out and nothing in what differs from one to the other.
fn without_names(request: &str) -> String {
    let (path, _) = request.split_once('?').unwrap_or((request, ""));
    let steps = path.split('/').map(|step| if step.starts_with('{') || step == "b" { "{}" } else { step });
    steps.collect::<Vec<_>>().join("/")
}

#[test]
fn the_case_that_explains_the_others_is_one_of_them() {
    let told = include_str!("../src/lib.rs").split_once("//! ```yaml\n").unwrap().1;
    let example = told.split_once("//! ```").unwrap().0.replace("//! ", "");
    assert!(include_str!("../cases/update.yaml").contains(&example), "{example}");
}

#[test]
fn every_need_is_of_some_case_and_has_a_reason_of_its_own() {
    let cases = all();
    let reasons: BTreeSet<&str> = Need::ALL.iter().map(|need| need.reason()).collect();
    assert_eq!(reasons.len(), Need::ALL.len());
    for need in Need::ALL {
        assert!(cases.iter().any(|case| case.needs.contains(&need)), "{need:?}");
    }
}

#[test]
fn most_of_what_is_documented_needs_nothing_further() {
    let cases = all();
    let documented: Vec<&Case> = cases.iter().filter(|case| case.rank == Rank::Documented).collect();
    let plain = documented.iter().filter(|case| case.needs.is_empty()).count();
    assert!(plain * 3 > documented.len() * 2, "{plain} of {}", documented.len());
    let asks_for_more = |request: &&str| request.contains("/agents/") || request.contains("/threads/");
    for case in documented {
        let is_ready =
            case.needs.contains(&Need::Agents) || !case.requests().any(|request| asks_for_more(&request));
        assert!(is_ready, "{} asks for what is not documented", case.id);
    }
}
