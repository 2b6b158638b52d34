//! The arrows between the crates, read from cargo's own graph, and what every crate must have.
//!
//! Each guard is a function that names what is wrong. It is held against the workspace, where it must
//! name nothing, and against a workspace with the fault in it, where it must name the fault: a guard
//! that cannot fail guards nothing.

#![allow(clippy::unwrap_used, reason = "a test that panics says where")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Never, however many crates lie between: who must not use what.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("contact-model", &["sqlx", "rusqlite", "axum", "hyper", "reqwest", "tokio"]),
    ("contact-store", &["axum", "hyper", "reqwest", "contact-server", "contact-client", "contact-cli"]),
    ("contact-server", &["contact-client", "contact-cli", "reqwest"]),
    (
        "contact-client",
        &["sqlx", "rusqlite", "axum", "contact-store", "contact-server", "native-tls", "openssl"],
    ),
    (
        "contact-conformance",
        &[
            "sqlx",
            "rusqlite",
            "axum",
            "contact-store",
            "contact-server",
            "contact-client",
            "contact-cli",
            "native-tls",
            "openssl",
        ],
    ),
    (
        "contact-cli",
        &["sqlx", "rusqlite", "axum", "contact-store", "contact-server", "native-tls", "openssl"],
    ),
];
/// For tests alone.
const TESTING: &str = "contact-testing";

/// The crates of the workspace and what each crate in the graph uses when it is built, tests apart.
#[derive(Debug, Clone)]
struct Graph {
    root: PathBuf,
    members: BTreeMap<String, PathBuf>,
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn of_workspace() -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // For this machine alone: what other systems need may not have been fetched.
        let arguments = ["metadata", "--format-version=1", "--filter-platform=host-tuple"];
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let output =
            Command::new(cargo).args(arguments).args(["--manifest-path", manifest]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self::read(&serde_json::from_slice(&output.stdout).unwrap())
    }

    fn read(metadata: &Value) -> Self {
        let packages = metadata["packages"].as_array().unwrap();
        let names: BTreeMap<&str, &str> = packages
            .iter()
            .map(|package| (package["id"].as_str().unwrap(), package["name"].as_str().unwrap()))
            .collect();
        let of_workspace: BTreeSet<&str> =
            metadata["workspace_members"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        let members = packages
            .iter()
            .filter(|package| of_workspace.contains(package["id"].as_str().unwrap()))
            .map(|package| {
                let manifest = Path::new(package["manifest_path"].as_str().unwrap());
                (package["name"].as_str().unwrap().to_owned(), manifest.parent().unwrap().to_owned())
            })
            .collect();
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in metadata["resolve"]["nodes"].as_array().unwrap() {
            let normal = node["deps"].as_array().unwrap().iter().filter(|dependency| {
                // What a test needs is of the kind "dev", what a build script needs "build".
                dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null())
            });
            let used = normal.map(|dependency| names[dependency["pkg"].as_str().unwrap()].to_owned());
            // Two versions of one crate count as one: what either uses, the crate uses.
            uses.entry(names[node["id"].as_str().unwrap()].to_owned()).or_default().extend(used);
        }
        Self { root: metadata["workspace_root"].as_str().unwrap().into(), members, uses }
    }

    /// The way from one crate to another, if there is one.
    fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut ways = vec![vec![from.to_owned()]];
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop() {
            let last = way.last().unwrap();
            if last == to {
                return Some(way);
            }
            for next in self.uses.get(last).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    ways.push(way.iter().chain([next]).cloned().collect());
                }
            }
        }
        None
    }

    /// The same graph with one arrow more.
    fn with(&self, from: &str, to: &str) -> Self {
        let mut graph = self.clone();
        graph.uses.entry(from.to_owned()).or_default().insert(to.to_owned());
        graph
    }
}

/// Crates that use what they must not.
fn forbidden_arrows(graph: &Graph) -> Vec<String> {
    let pairs = FORBIDDEN.iter().flat_map(|(from, never)| never.iter().map(move |to| (from, to)));
    pairs.filter_map(|(from, to)| graph.way(from, to)).map(|way| way.join(" → ")).collect()
}

/// Crates that use the crate for tests outside of tests.
fn testing_in_production(graph: &Graph) -> Vec<String> {
    let users = graph.uses.iter().filter(|(_, uses)| uses.contains(TESTING));
    users.map(|(user, _)| user.clone()).collect()
}

/// Source files that name a database driver.
fn drivers_named(sources: &[(PathBuf, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, text) in sources {
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        let drivers = ["sqlx", "rusqlite", "libsqlite3_sys", "tokio_postgres"];
        found.extend(
            drivers
                .iter()
                .filter(|driver| words.contains(**driver))
                .map(|driver| format!("{}: {driver}", file.display())),
        );
    }
    found
}

/// Manifests without the workspace's lints, among them that every public item is documented.
fn without_lints(manifests: &[(String, String)]) -> Vec<String> {
    let missing = manifests.iter().filter(|(_, text)| {
        let lints = text.split("\n[").find(|section| section.starts_with("lints]"));
        !lints.is_some_and(|section| section.lines().any(|line| line.trim() == "workspace = true"))
    });
    missing.map(|(name, _)| name.clone()).collect()
}

/// Crates that the README's table leaves out.
fn not_in_readme(readme: &str, members: &BTreeMap<String, PathBuf>, root: &Path) -> Vec<String> {
    let missing = members.iter().filter(|(name, directory)| {
        let directory = directory.strip_prefix(root).unwrap().display();
        let row = format!("| [`{name}`]({directory}) |");
        !readme.lines().any(|line| line.starts_with(&row))
    });
    missing.map(|(name, _)| name.clone()).collect()
}

fn sources(directory: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

const NOTHING: [&str; 0] = [];

#[test]
fn no_crate_uses_what_it_must_not() {
    let graph = Graph::of_workspace();
    for (present, _) in FORBIDDEN {
        assert!(graph.members.contains_key(*present), "{present} is read from the graph");
    }
    assert!(graph.way("contact-server", "sqlx").is_some(), "the server uses the store, which uses sqlx");
    assert_eq!(forbidden_arrows(&graph), NOTHING);

    let direct = graph.with("contact-model", "sqlx");
    assert!(forbidden_arrows(&direct).contains(&"contact-model → sqlx".to_owned()));
    let far_away = graph.with("serde", "tokio");
    assert!(
        forbidden_arrows(&far_away)
            .iter()
            .any(|way| way.starts_with("contact-model → ") && way.ends_with(" → tokio"))
    );
    for (from, never) in FORBIDDEN {
        for to in *never {
            let found = forbidden_arrows(&graph.with(from, to));
            assert!(found.iter().any(|way| way.starts_with(from) && way.ends_with(to)), "{from} → {to}");
        }
    }
}

#[test]
fn what_is_for_tests_is_used_by_tests_alone() {
    let graph = Graph::of_workspace();
    assert!(graph.members.contains_key(TESTING), "it is there to be guarded");
    assert_eq!(testing_in_production(&graph), NOTHING);
    assert_eq!(testing_in_production(&graph.with("xtask", TESTING)), ["xtask"]);
}

#[test]
fn no_file_of_the_server_names_a_database_driver() {
    let graph = Graph::of_workspace();
    let sources = sources(&graph.members["contact-server"].join("src"));
    assert!(sources.len() > 20, "the files are found: {}", sources.len());
    assert_eq!(drivers_named(&sources), NOTHING);

    let faulty = (PathBuf::from("contacts/get.rs"), "    sqlx::query(\"SELECT 1\")".to_owned());
    assert_eq!(drivers_named(&[faulty]), ["contacts/get.rs: sqlx"]);
    let fine = (PathBuf::from("serve.rs"), "// Like sqlx_core, but rusqliter.".to_owned());
    assert_eq!(drivers_named(&[fine]), NOTHING);
}

#[test]
fn every_crate_has_the_workspaces_lints() {
    let graph = Graph::of_workspace();
    let workspace = fs::read_to_string(graph.root.join("Cargo.toml")).unwrap();
    assert!(workspace.contains("missing_docs = \"warn\""), "every public item is documented");
    let read = |directory: &PathBuf| fs::read_to_string(directory.join("Cargo.toml")).unwrap();
    let manifests: Vec<(String, String)> =
        graph.members.iter().map(|(name, directory)| (name.clone(), read(directory))).collect();
    assert_eq!(without_lints(&manifests), NOTHING);

    for (name, text) in manifests {
        let faulty = text.replace("[lints]\nworkspace = true", "");
        assert_eq!(without_lints(&[(name.clone(), faulty)]), [name]);
    }
}

#[test]
fn the_readme_names_every_crate() {
    let graph = Graph::of_workspace();
    let readme = fs::read_to_string(graph.root.join("README.md")).expect("there is a README.md");
    assert_eq!(not_in_readme(&readme, &graph.members, &graph.root), NOTHING);

    for name in graph.members.keys() {
        let faulty = readme.replace(&format!("| [`{name}`]"), "| ");
        assert_eq!(not_in_readme(&faulty, &graph.members, &graph.root), [name.as_str()]);
    }
}
