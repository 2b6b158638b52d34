//! The programs of PostgreSQL.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::account::Account;
use super::fetch;
use crate::process;
use crate::workspace::Workspace;

/// The oldest major version that the project supports.
const OLDEST: u32 = 15;

/// The environment variable with the URL of a PostgreSQL server on which tests may create databases.
pub(crate) const POSTGRES_URL: &str = "CONTACT_TEST_POSTGRES_URL";

/// The environment variable with the directory of the programs to use.
const CHOSEN: &str = "PG_BIN";

/// Directories with a subdirectory for each version: of Debian and Ubuntu, Fedora and its relatives, Homebrew, and
/// Postgres.app. The name of a subdirectory is a prefix and a version.
const VERSIONED: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql@"),
    ("/usr/local/opt", "postgresql@"),
    ("/Applications/Postgres.app/Contents/Versions", ""),
];

/// The directory of a build from source.
const FROM_SOURCE: &str = "/usr/local/pgsql/bin";

/// The programs of a supported version.
#[derive(Debug)]
pub(super) struct Installation {
    programs: PathBuf,
    version: u32,
    /// The directory of the Python package that contains the programs.
    package: Option<PathBuf>,
}

impl Installation {
    /// Finds the programs on the machine, or installs a package that contains them.
    pub(super) fn provide(account: Option<Account>, workspace: &Workspace) -> Result<Self> {
        if let Some(chosen) = std::env::var_os(CHOSEN) {
            return Self::at(Path::new(&chosen), account).with_context(|| format!("{CHOSEN} is not usable"));
        }
        let mut refused = Vec::new();
        for directory in candidates() {
            match Self::at(&directory, account) {
                Ok(installation) => return Ok(installation),
                Err(error) => refused.push(format!("{error:#}")),
            }
        }
        Self::fetched(workspace).with_context(|| {
            format!(
                "found no PostgreSQL {OLDEST} or later ({}), and could not install the Python package. Install \
                 PostgreSQL (on Debian and Ubuntu: `apt install postgresql`), set {CHOSEN} to the directory of its \
                 programs, set {POSTGRES_URL} to the URL of a running server, or skip its tests with --fast",
                if refused.is_empty() { "none at all".to_owned() } else { refused.join("; ") }
            )
        })
    }

    fn fetched(workspace: &Workspace) -> Result<Self> {
        let package = fetch::install(workspace)?;
        Ok(Self { package: Some(package.clone()), ..Self::at(&fetch::programs(&package), None)? })
    }

    /// Checks that the user can run the programs in a directory, and that their version is supported.
    fn at(programs: &Path, account: Option<Account>) -> Result<Self> {
        let version = |program: &str| {
            let mut command = Command::new(programs.join(program));
            // The user may have no access to the current directory.
            command.arg("--version").current_dir("/");
            if let Some(account) = account {
                account.run(&mut command);
            }
            let printed = process::capture(&mut command)?;
            version(&printed).with_context(|| format!("unknown version: {}", printed.trim()))
        };
        let version = version("initdb").and_then(|_| version("postgres"));
        let version = version.with_context(|| programs.display().to_string())?;
        ensure!(version >= OLDEST, "{}: version {version} is older than {OLDEST}", programs.display());
        Ok(Self { programs: programs.to_owned(), version, package: None })
    }

    /// Returns the directory of programs that the user can run. A package is copied to `directory` for another user.
    pub(super) fn programs_for(&self, account: Option<Account>, directory: &Path) -> Result<PathBuf> {
        let (Some(account), Some(package)) = (account, &self.package) else {
            return Ok(self.programs.clone());
        };
        fetch::copy(package, directory)?;
        account.own(directory)?;
        Ok(fetch::programs(directory))
    }
}

impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL {} in {}", self.version, self.programs.display())
    }
}

/// Returns the directories that contain `initdb`: those of PATH, then the usual ones with the highest versions first.
fn candidates() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let usual = VERSIONED.iter().flat_map(|(parent, prefix)| versions(Path::new(parent), prefix));
    let all = path.into_iter().chain(usual).chain([PathBuf::from(FROM_SOURCE)]);
    all.filter(|directory| directory.join("initdb").is_file())
}

/// Returns the directories of programs below `parent`, the highest version first.
fn versions(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = parent
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, directory)| directory).collect()
}

/// Parses the major version that a program prints. A beta version counts as the version.
fn version(printed: &str) -> Option<u32> {
    let (_, rest) = printed.split_once("(PostgreSQL) ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn version_is_parsed() {
        assert_eq!(version("initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(version("initdb (PostgreSQL) 19beta2\n"), Some(19));
        assert_eq!(version("initdb: command not found\n"), None);
    }

    #[test]
    fn highest_version_is_first() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["9", "18", "15", "common"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let found = versions(parent.path(), "");
        assert_eq!(found, ["18/bin", "15/bin", "9/bin"].map(|path| parent.path().join(path)));
    }

    /// Creates programs that print a version.
    fn programs(version: &str, names: &[&str]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for name in names {
            let program = directory.path().join(name);
            fs::write(&program, format!("#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        directory
    }

    #[test]
    fn supported_version_with_both_programs_is_usable() {
        let at = |directory: &tempfile::TempDir| Installation::at(directory.path(), None);
        assert_eq!(at(&programs("15.0", &["initdb", "postgres"])).unwrap().version, OLDEST);
        assert!(at(&programs("16.1", &["initdb"])).is_err());
        let error = at(&programs("14.19", &["initdb", "postgres"])).unwrap_err().to_string();
        assert!(error.ends_with(": version 14 is older than 15"), "{error}");
    }
}
