//! Which crates use each other, read from the output of `cargo metadata`, and what every crate must have.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

use super::NOTHING;
use super::files::rust_files;

/// The crates that each crate must not use, neither directly nor through other crates.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("contact-model", &["sqlx", "rusqlite", "axum", "hyper", "reqwest", "tokio"]),
    ("contact-store", &["axum", "hyper", "reqwest", "contact-server", "contact-client", "contact-cli"]),
    ("contact-server", &["contact-client", "contact-cli"]),
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
    // It is compiled before every command, so it must be small. It runs the server instead of linking it.
    ("xtask", &["axum", "sqlx", "rusqlite", "tokio", "contact-model", "contact-store", "contact-server"]),
];

/// The crate that only tests may use.
const TESTING: &str = "contact-testing";

/// The crates of the workspace, and the crates that each crate uses when it is built without its tests.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// The directories of the workspace's crates.
    pub(crate) members: BTreeMap<String, PathBuf>,
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Workspace {
    /// Runs `cargo metadata`.
    pub(crate) fn read() -> Self {
        let metadata = MetadataCommand::new()
            .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            // Only for this system: packages for other systems may not have been downloaded.
            .other_options(["--filter-platform=host-tuple".to_owned()])
            .exec()
            .unwrap();
        let members = metadata.workspace_packages().into_iter();
        let members = members.map(|package| {
            (package.name.to_string(), package.manifest_path.parent().unwrap().to_path_buf().into())
        });
        let members = members.collect();
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in &metadata.resolve.as_ref().unwrap().nodes {
            let normal = node.deps.iter().filter(|dependency| {
                dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
            });
            let used = normal.map(|dependency| metadata[&dependency.pkg].name.to_string());
            // Two versions of one crate count as one crate, which uses the dependencies of both.
            uses.entry(metadata[&node.id].name.to_string()).or_default().extend(used);
        }
        Self { root: metadata.workspace_root.clone().into(), members, uses }
    }

    /// Returns the crates through which one crate uses another, from the first to the last. Returns `None` if it does
    /// not use it.
    fn path(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut paths = vec![vec![from.to_owned()]];
        let mut seen = BTreeSet::new();
        while let Some(path) = paths.pop() {
            let last = path.last().unwrap();
            if last == to {
                return Some(path);
            }
            for next in self.uses.get(last).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    paths.push(path.iter().chain([next]).cloned().collect());
                }
            }
        }
        None
    }

    /// Returns the same crates with one more dependency.
    fn with(&self, from: &str, to: &str) -> Self {
        let mut workspace = self.clone();
        workspace.uses.entry(from.to_owned()).or_default().insert(to.to_owned());
        workspace
    }
}

/// Returns the dependencies that are forbidden.
fn forbidden_dependencies(workspace: &Workspace) -> Vec<String> {
    let pairs = FORBIDDEN.iter().flat_map(|(from, never)| never.iter().map(move |to| (from, to)));
    pairs.filter_map(|(from, to)| workspace.path(from, to)).map(|path| path.join(" → ")).collect()
}

/// Returns the crates that use the crate for tests in other code than tests.
fn users_of_testing(workspace: &Workspace) -> Vec<String> {
    let users = workspace.uses.iter().filter(|(_, uses)| uses.contains(TESTING));
    users.map(|(user, _)| user.clone()).collect()
}

/// Returns the source files that name a database driver.
fn named_drivers(sources: &[(PathBuf, String)]) -> Vec<String> {
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

/// Returns the crates that do not use the workspace's lints, such as the one that every public item is documented.
fn without_lints(manifests: &[(String, String)]) -> Vec<String> {
    let missing = manifests.iter().filter(|(_, text)| {
        let lints = text.split("\n[").find(|section| section.starts_with("lints]"));
        !lints.is_some_and(|section| section.lines().any(|line| line.trim() == "workspace = true"))
    });
    missing.map(|(name, _)| name.clone()).collect()
}

/// Returns the crates that the table in the README does not contain.
fn not_in_readme(readme: &str, members: &BTreeMap<String, PathBuf>, root: &Path) -> Vec<String> {
    let missing = members.iter().filter(|(name, directory)| {
        let directory = directory.strip_prefix(root).unwrap().display();
        let row = format!("| [`{name}`]({directory}) |");
        !readme.lines().any(|line| line.starts_with(&row))
    });
    missing.map(|(name, _)| name.clone()).collect()
}

#[test]
fn no_crate_has_a_forbidden_dependency() {
    let workspace = Workspace::read();
    for (package, _) in FORBIDDEN {
        assert!(workspace.members.contains_key(*package), "{package} is a crate");
    }
    assert!(workspace.path("contact-server", "sqlx").is_some(), "the server uses the store, which uses sqlx");
    assert_eq!(forbidden_dependencies(&workspace), NOTHING);

    let direct = workspace.with("contact-model", "sqlx");
    assert!(forbidden_dependencies(&direct).contains(&"contact-model → sqlx".to_owned()));
    let indirect = workspace.with("serde", "tokio");
    assert!(
        forbidden_dependencies(&indirect)
            .iter()
            .any(|path| path.starts_with("contact-model → ") && path.ends_with(" → tokio"))
    );
    for (from, never) in FORBIDDEN {
        for to in *never {
            let found = forbidden_dependencies(&workspace.with(from, to));
            assert!(found.iter().any(|path| path.starts_with(from) && path.ends_with(to)), "{from} → {to}");
        }
    }
}

#[test]
fn only_tests_use_the_crate_for_tests() {
    let workspace = Workspace::read();
    assert!(workspace.members.contains_key(TESTING), "the crate exists");
    assert_eq!(users_of_testing(&workspace), NOTHING);
    assert_eq!(users_of_testing(&workspace.with("xtask", TESTING)), ["xtask"]);
}

#[test]
fn no_file_of_the_server_names_a_database_driver() {
    let workspace = Workspace::read();
    let sources = rust_files(&workspace.members["contact-server"].join("src"));
    assert!(sources.len() > 20, "the files are found: {}", sources.len());
    assert_eq!(named_drivers(&sources), NOTHING);

    let faulty = (PathBuf::from("contacts/get.rs"), "    sqlx::query(\"SELECT 1\")".to_owned());
    assert_eq!(named_drivers(&[faulty]), ["contacts/get.rs: sqlx"]);
    let fine = (PathBuf::from("serve.rs"), "// Like sqlx_core, but rusqliter.".to_owned());
    assert_eq!(named_drivers(&[fine]), NOTHING);
}

#[test]
fn every_crate_has_the_workspaces_lints() {
    let workspace = Workspace::read();
    let manifest = fs::read_to_string(workspace.root.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("missing_docs = \"warn\""), "every public item is documented");
    let read = |directory: &PathBuf| fs::read_to_string(directory.join("Cargo.toml")).unwrap();
    let manifests: Vec<(String, String)> =
        workspace.members.iter().map(|(name, directory)| (name.clone(), read(directory))).collect();
    assert_eq!(without_lints(&manifests), NOTHING);

    for (name, text) in manifests {
        let faulty = text.replace("[lints]\nworkspace = true", "");
        assert_eq!(without_lints(&[(name.clone(), faulty)]), [name]);
    }
}

#[test]
fn the_readme_names_every_crate() {
    let workspace = Workspace::read();
    let readme = fs::read_to_string(workspace.root.join("README.md")).expect("there is a README.md");
    assert_eq!(not_in_readme(&readme, &workspace.members, &workspace.root), NOTHING);

    for name in workspace.members.keys() {
        let faulty = readme.replace(&format!("| [`{name}`]"), "| ");
        assert_eq!(not_in_readme(&faulty, &workspace.members, &workspace.root), [name.as_str()]);
    }
}
