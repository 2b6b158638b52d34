//! Reads Rust source files, and checks their length.

use std::fs;
use std::path::{Path, PathBuf};

use super::NOTHING;
use super::crates::Workspace;

/// Returns all Rust files below a directory, each with its text.
pub(crate) fn rust_files(directory: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

/// The most lines of a file in the core crates.
const LINES: usize = 300;

/// Returns the files that have too many lines.
fn long_files(files: &[(PathBuf, String)]) -> Vec<String> {
    let long = files.iter().filter(|(_, text)| text.lines().count() > LINES);
    long.map(|(path, text)| format!("{}: {} lines", path.display(), text.lines().count())).collect()
}

#[test]
fn no_file_of_the_core_is_long() {
    let workspace = Workspace::read();
    for package in ["contact-model", "contact-store", "contact-server"] {
        let files = rust_files(&workspace.members[package]);
        assert!(files.len() > 50, "the files are found");
        assert_eq!(long_files(&files), NOTHING);
    }
    let example = |lines| [(PathBuf::from("a.rs"), "\n".repeat(lines))];
    assert_eq!(long_files(&example(300)), NOTHING);
    assert_eq!(long_files(&example(301)), ["a.rs: 301 lines"]);
}
