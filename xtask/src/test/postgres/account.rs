//! The user that PostgreSQL runs as, which must not be root.

use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::test::process;

/// Users without privileges that a machine usually has, best first.
const NAMES: [&str; 2] = ["postgres", "nobody"];

/// A user without privileges whom root can make a program run as.
///
/// Containers and CI run as root, and PostgreSQL refuses to: both its `initdb` and its server.
#[derive(Debug)]
pub(super) struct Account {
    name: &'static str,
    uid: u32,
    gid: u32,
}

impl Account {
    /// Whom to run servers as; `None` is the user who runs this program, which will do unless that is root.
    pub(super) fn for_servers() -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let Some(account) = NAMES.into_iter().find_map(Self::look_up) else {
            bail!(
                "PostgreSQL refuses to run as root, and this machine has none of the users {}: \
                 create one, or run as another user",
                NAMES.join(", ")
            );
        };
        Ok(Some(account))
    }

    /// `id` knows users that no /etc/passwd lists.
    fn look_up(name: &'static str) -> Option<Self> {
        let number = |option| {
            let printed = process::capture(Command::new("id").args([option, name])).ok()?;
            printed.trim().parse().ok().filter(|number| *number != 0)
        };
        Some(Self { name, uid: number("-u")?, gid: number("-g")? })
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Makes the command run as this user. The standard library drops root's other groups along the way.
    pub(super) fn run(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives the directory to this user.
    pub(super) fn own(&self, directory: &Path) -> io::Result<()> {
        chown(directory, Some(self.uid), Some(self.gid))
    }

    /// Gives the directory and all that is in it to this user.
    pub(super) fn own_all(&self, directory: &Path) -> Result<()> {
        let owner = format!("{}:{}", self.uid, self.gid);
        process::capture(Command::new("chown").args(["-R", &owner]).arg(directory))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_never_the_account() {
        assert!(Account::look_up("root").is_none());
        assert!(Account::look_up("no-such-user-here").is_none());
    }

    #[test]
    fn only_root_needs_an_account() {
        let root = rustix::process::geteuid().is_root();
        assert_eq!(Account::for_servers().unwrap().is_some(), root);
    }
}
