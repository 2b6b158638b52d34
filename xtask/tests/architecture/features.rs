//! The features of dependencies. A package that has other features in `cargo xtask` than in `cargo test --workspace` is
//! compiled twice, and so is everything that depends on it.

use std::collections::BTreeSet;
use std::process::Command;

use super::NOTHING;

/// Returns every package with its features, as `cargo tree` prints them.
fn packages(selection: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--prefix", "none", "--format", "{p} {f}"])
        .args(selection)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // A package whose dependencies were printed before has a mark.
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// Returns the packages that have other features than in the workspace.
fn differences(packages: &BTreeSet<String>, workspace: &BTreeSet<String>) -> Vec<String> {
    packages.difference(workspace).cloned().collect()
}

#[test]
fn xtask_has_the_features_of_the_workspace() {
    let xtask = packages(&["--package", "xtask", "--edges", "normal,build"]);
    // `cargo test` also builds the dependencies of tests.
    let workspace = packages(&["--workspace", "--edges", "normal,build,dev"]);
    assert!(xtask.iter().any(|package| package.starts_with("clap v")), "{xtask:?}");
    assert_eq!(differences(&xtask, &workspace), NOTHING);
}

#[test]
fn other_features_are_found() {
    let set = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    let workspace = set(&["memchr v2.8.3 alloc,default,std", "syn v3.0.10 full"]);
    assert_eq!(
        differences(&set(&["memchr v2.8.3 alloc,std", "syn v3.0.10 full"]), &workspace),
        ["memchr v2.8.3 alloc,std"]
    );
}
