//! The cases cover the contract: every decision and every operation. The decisions that the cases name exist.
//!
//! A test of xtask compares the documented cases with `xtask/contract/documented.yaml`.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use contact_conformance::{Case, Need, Rank, cases};
use serde::Deserialize;

const DESCRIPTION: &str = include_str!("../../../openapi.yaml");

/// The decisions that no case can check, each with the reason.
const NOT_OBSERVABLE: [(&str, &str); 3] = [
    ("Get a contact / duration of a thread", "a number has no unit, so seconds look like minutes"),
    ("All operations / Malformed HTTP request", "an HTTP client does not send one"),
    ("All operations / Half-closed connection", "an HTTP client closes both sides at once"),
];

/// The sections about the command line.
const NOT_ABOUT_SERVERS: [&str; 1] = ["Import with contacts import"];

fn all() -> Vec<Case> {
    cases().unwrap_or_else(|error| panic!("{error}"))
}

/// Returns the pages of `docs/decisions`, without the index, each with its file name.
fn pages() -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/decisions");
    let mut pages: Vec<(String, String)> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .filter(|(name, _)| name != "README.md")
        .collect();
    pages.sort();
    pages
}

/// A decision in `docs/decisions`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Decision {
    /// The section and the name, as a case refers to the decision.
    place: String,
    section: String,
    rank: Rank,
    /// The page and the anchor, by which links refer to the decision.
    link: String,
}

/// Returns all decisions. Each is a list entry that begins with an anchor and a name:
/// `- <a id="anchor"></a>**Name.** Text`. A section or a decision that is an extension is marked as one.
fn decisions() -> Vec<Decision> {
    let mut decisions = Vec::new();
    for (page, text) in pages() {
        let mut section = "";
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("## ") {
                section = title;
            }
            let Some(entry) = line.strip_prefix("- ") else { continue };
            let parts = entry.strip_prefix("<a id=\"").and_then(|entry| entry.split_once("\"></a>**"));
            let parts = parts.and_then(|(anchor, rest)| Some((anchor, rest.split_once(".**")?.0)));
            let (anchor, name) = parts.unwrap_or_else(|| panic!("{page}: no anchor or no name: {line}"));
            let mark = " (extension)";
            let is_extension = section.ends_with(mark) || name.ends_with(mark);
            let plain = |text: &str| text.trim_end_matches(mark).replace('`', "");
            decisions.push(Decision {
                place: format!("{} / {}", plain(section), plain(name)),
                section: plain(section),
                rank: if is_extension { Rank::Extension } else { Rank::Decided },
                link: format!("{page}#{anchor}"),
            });
        }
    }
    decisions
}

/// Returns the decisions about servers.
fn server_decisions() -> Vec<Decision> {
    let mut decisions = decisions();
    decisions.retain(|decision| !NOT_ABOUT_SERVERS.contains(&decision.section.as_str()));
    decisions
}

#[test]
fn every_decision_has_its_own_name_and_anchor() {
    let decisions = decisions();
    let places: BTreeSet<&str> = decisions.iter().map(|decision| decision.place.as_str()).collect();
    assert_eq!(places.len(), decisions.len());
    // Headings have anchors too, which GitHub derives from their text.
    let headings: Vec<String> = pages()
        .iter()
        .flat_map(|(page, text)| text.lines().map(move |line| (page, line)))
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(page, line)| format!("{page}#{}", heading_anchor(line.trim_start_matches('#'))))
        .collect();
    let links: BTreeSet<&str> = headings
        .iter()
        .map(String::as_str)
        .chain(decisions.iter().map(|decision| decision.link.as_str()))
        .collect();
    assert_eq!(links.len(), headings.len() + decisions.len());
}

fn heading_anchor(title: &str) -> String {
    let kept = title.trim().chars().filter(|&c| c.is_alphanumeric() || c == ' ' || c == '-' || c == '_');
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn the_index_links_to_every_page() {
    let index = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/decisions/README.md");
    let index = fs::read_to_string(index).unwrap();
    for (page, _) in pages() {
        assert!(index.contains(&format!("]({page})")), "{page}");
    }
}

#[test]
fn every_decision_has_a_case() {
    let (cases, decisions) = (all(), server_decisions());
    let decided: BTreeSet<&str> = decisions
        .iter()
        .filter(|decision| decision.rank == Rank::Decided)
        .map(|decision| decision.place.as_str())
        .collect();
    assert!(decided.len() > 30, "{decided:#?}");
    let checked: BTreeSet<&str> = cases
        .iter()
        .filter(|case| case.rank == Rank::Decided)
        .flat_map(|case| &case.places)
        .map(String::as_str)
        .chain(NOT_OBSERVABLE.map(|(place, _)| place))
        .collect();
    assert_eq!(decided.difference(&checked).collect::<Vec<_>>(), Vec::<&&str>::new(), "no case checks these");
    assert_eq!(
        checked.difference(&decided).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "docs/decisions lacks these"
    );
}

#[test]
fn every_kind_of_extension_has_a_case() {
    let (cases, decisions) = (all(), server_decisions());
    let extensions = || decisions.iter().filter(|decision| decision.rank == Rank::Extension);
    let mut sections: BTreeMap<&str, usize> =
        extensions().map(|decision| (decision.section.as_str(), 0)).collect();
    for case in cases.iter().filter(|case| case.rank == Rank::Extension) {
        for place in &case.places {
            let decision = extensions().find(|decision| decision.place == *place);
            let decision =
                decision.unwrap_or_else(|| panic!("docs/decisions lacks `{place}`, which {} names", case.id));
            *sections.get_mut(decision.section.as_str()).unwrap() += 1;
        }
    }
    assert!(sections.len() > 8, "{sections:#?}");
    assert_eq!(
        sections.iter().filter(|(_, cases)| **cases == 0).collect::<Vec<_>>(),
        [],
        "no case checks these"
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
    let after = include_str!("../src/lib.rs").split_once("//! ```yaml\n").unwrap().1;
    let example = after.split_once("//! ```").unwrap().0.replace("//! ", "");
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
