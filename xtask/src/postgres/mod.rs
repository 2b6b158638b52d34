//! The PostgreSQL server of tests and benchmarks: a given one, or a temporary cluster.

mod account;
mod cluster;
mod fetch;
mod installation;

use anyhow::{Context as _, Result};

use self::account::Account;
pub use self::cluster::{Cluster, Durability};
use self::installation::Installation;
pub(crate) use self::installation::POSTGRES_URL;
use crate::workspace::Workspace;

/// Finds or installs PostgreSQL, and starts a temporary cluster.
///
/// # Errors
/// PostgreSQL cannot be found, installed or started.
pub fn start(workspace: &Workspace, durability: Durability) -> Result<Cluster> {
    let account = Account::for_servers()?;
    let installation = Installation::provide(account, workspace)?;
    Cluster::start(&installation, account, durability).with_context(|| format!("cannot start {installation}"))
}
