//! The user that PostgreSQL runs as.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process;

/// Unprivileged users that most systems have, in order of preference.
const NAMES: [&str; 2] = ["postgres", "nobody"];

/// An unprivileged user. PostgreSQL refuses to run as root, which is usual in containers and CI.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Returns the user to run PostgreSQL as, or none if the current user is not root.
    pub(super) fn for_servers() -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let account = NAMES.into_iter().find_map(Self::look_up);
        account.map(Some).with_context(|| {
            format!("PostgreSQL refuses to run as root, and there is no user named {}", NAMES.join(" or "))
        })
    }

    /// Asks `id`, which also knows users that are not in /etc/passwd.
    fn look_up(name: &str) -> Option<Self> {
        let number = |option| {
            let printed = process::capture(Command::new("id").args([option, name])).ok()?;
            printed.trim().parse().ok().filter(|number| *number != 0)
        };
        Some(Self { uid: number("-u")?, gid: number("-g")? })
    }

    /// Makes a command run as this user.
    pub(super) fn run(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives a directory with its contents to this user.
    pub(super) fn own(self, directory: &Path) -> Result<()> {
        let owner = format!("{}:{}", self.uid, self.gid);
        process::capture(Command::new("chown").args(["-R", &owner]).arg(directory)).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_is_never_root() {
        assert!(Account::look_up("root").is_none());
        assert!(Account::look_up("no-such-user-here").is_none());
    }
}
