//! Where a machine may have PostgreSQL's programs.

use std::cmp::Reverse;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::test::process;

/// Directories with one subdirectory for each version, and where the programs are in that.
///
/// Debian and Ubuntu; Fedora and its kin with PostgreSQL's own packages; Homebrew on both kinds of Mac;
/// Postgres.app.
const VERSIONED: [(&str, &str, &str); 5] = [
    ("usr/lib/postgresql", "", "bin"),
    ("usr", "pgsql-", "bin"),
    ("opt/homebrew/opt", "postgresql@", "bin"),
    ("usr/local/opt", "postgresql@", "bin"),
    ("Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// Where PostgreSQL installs itself when built from source.
const FROM_SOURCE: &str = "usr/local/pgsql/bin";

/// Directories that may hold the programs, in the order in which to try them.
///
/// `root` is `/` but in tests; `search_path` is the variable PATH.
pub(super) fn candidates(root: &Path, search_path: Option<&OsStr>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        search_path.map(|path| std::env::split_paths(path).collect()).unwrap_or_default();
    for (parent, prefix, programs) in VERSIONED {
        found.extend(
            versions(&root.join(parent), prefix).into_iter().map(|directory| directory.join(programs)),
        );
    }
    found.push(root.join(FROM_SOURCE));
    found.extend(configured());
    found.retain(|directory| directory.join("initdb").is_file());
    let mut seen = Vec::new();
    found.retain(|directory| {
        let new = !seen.contains(directory);
        seen.push(directory.clone());
        new
    });
    found
}

/// The subdirectories whose names end in a version, highest first.
fn versions(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = parent.read_dir() else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path()))
        })
        .collect();
    versions.sort_by_key(|(version, _)| Reverse(*version));
    versions.into_iter().map(|(_, path)| path).collect()
}

/// What the development files say, which can be there where the programs are at an unusual place.
fn configured() -> Option<PathBuf> {
    let printed = process::capture(Command::new("pg_config").arg("--bindir")).ok()?;
    Some(PathBuf::from(printed.trim()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn machine(directories: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for directory in directories {
            let directory = root.path().join(directory);
            fs::create_dir_all(&directory).unwrap();
            fs::write(directory.join("initdb"), "").unwrap();
        }
        root
    }

    /// The candidates that lie in the made-up machine: the real one may add what its `pg_config` says.
    fn found(root: &Path, search_path: Option<&OsStr>) -> Vec<String> {
        candidates(root, search_path)
            .iter()
            .filter_map(|path| path.strip_prefix(root).ok())
            .map(|path| path.display().to_string())
            .collect()
    }

    #[test]
    fn the_highest_version_comes_first_by_number() {
        let machine = machine(&[
            "usr/lib/postgresql/9/bin",
            "usr/lib/postgresql/15/bin",
            "usr/lib/postgresql/18/bin",
            "usr/local/pgsql/bin",
        ]);
        assert_eq!(
            found(machine.path(), None),
            [
                "usr/lib/postgresql/18/bin",
                "usr/lib/postgresql/15/bin",
                "usr/lib/postgresql/9/bin",
                "usr/local/pgsql/bin",
            ]
        );
    }

    #[test]
    fn the_search_path_goes_before_the_well_known_directories() {
        let machine = machine(&["tools/bin", "opt/homebrew/opt/postgresql@17/bin"]);
        let empty = machine.path().join("usr/bin");
        let tools = machine.path().join("tools/bin");
        let search_path = std::env::join_paths([&empty, &tools, &tools]).unwrap();
        assert_eq!(
            found(machine.path(), Some(&search_path)),
            ["tools/bin", "opt/homebrew/opt/postgresql@17/bin"]
        );
    }

    #[test]
    fn a_directory_without_the_programs_is_no_candidate() {
        let machine = machine(&["usr/lib/postgresql/common/bin"]);
        fs::create_dir_all(machine.path().join("usr/lib/postgresql/16/bin")).unwrap();
        assert!(found(machine.path(), None).is_empty());
    }
}
