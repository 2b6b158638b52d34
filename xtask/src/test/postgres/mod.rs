//! The PostgreSQL that the tests run on: the one we were told of, or one of our own for the length of the
//! run.

mod account;
mod cluster;
mod fetch;
mod find;
mod installation;

use std::fmt;

use anyhow::{Context as _, Result};

use self::account::Account;
pub(crate) use self::cluster::{Cluster, Durability};
use self::installation::Installation;
use super::interrupt::Interrupt;
use super::workspace::Workspace;

/// The environment variable with the address of a PostgreSQL server on which the tests may create databases.
pub(super) const POSTGRES_URL: &str = "CONTACT_TEST_POSTGRES_URL";

/// A PostgreSQL on which the tests may create databases.
pub(crate) enum Postgres {
    /// Somebody runs it and told us its address.
    Given(String),
    /// We run it, and its end is ours too.
    Throwaway(Cluster),
}

impl Postgres {
    /// Takes the given one, else finds or fetches the programs and starts a cluster.
    pub(crate) fn provide(
        given: Option<String>,
        durability: Durability,
        workspace: &Workspace,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        if let Some(url) = given {
            return Ok(Self::Given(url));
        }
        Self::throwaway(durability, workspace, interrupt).map(Self::Throwaway)
    }

    /// Finds or fetches the programs and starts a cluster.
    pub(crate) fn throwaway(
        durability: Durability,
        workspace: &Workspace,
        interrupt: &Interrupt,
    ) -> Result<Cluster> {
        let account = Account::for_servers()?;
        let installation = Installation::provide(account.as_ref(), workspace, interrupt)?;
        Cluster::start(&installation, account.as_ref(), durability, interrupt).with_context(|| match &account
        {
            // Whose rights are not ours: a TMPDIR of root's own is closed to this user.
            Some(account) => format!("could not start {installation} as the user {}", account.name()),
            None => format!("could not start {installation}"),
        })
    }

    /// Where the tests connect, to create databases of their own.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Given(url) => url.clone(),
            Self::Throwaway(cluster) => cluster.url(),
        }
    }

    /// A database that nobody minds being filled, which only a cluster of ours has.
    pub(crate) fn scratch_url(&self) -> Option<String> {
        match self {
            Self::Given(_) => None,
            Self::Throwaway(cluster) => Some(cluster.url()),
        }
    }
}

impl fmt::Display for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The address may hold a password.
            Self::Given(_) => write!(f, "the one that {} names", POSTGRES_URL),
            Self::Throwaway(cluster) => cluster.fmt(f),
        }
    }
}
