//! What the steps of a run share.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::report::Outcome;
use crate::openapi::Description;
use crate::postgres::Cluster;
use crate::process;
use crate::workspace::Workspace;

/// What the steps use, and what earlier steps leave for later ones.
pub(super) struct Run {
    pub(super) workspace: Workspace,
    pub(super) is_fast: bool,
    /// The program `contact-server`, once it is built.
    pub(super) server: Option<PathBuf>,
    /// The temporary PostgreSQL cluster, once it has started.
    pub(super) cluster: Option<Cluster>,
}

impl Run {
    pub(super) fn begin(is_fast: bool) -> Result<Self> {
        Ok(Self { workspace: Workspace::locate()?, is_fast, server: None, cluster: None })
    }

    /// Runs a cargo command.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Result<Outcome> {
        process::run(&mut self.workspace.cargo(arguments))?;
        Ok(Outcome::Passed)
    }

    /// Returns the program `contact-server`.
    pub(super) fn server(&self) -> Result<&Path> {
        self.server.as_deref().context("the server is not built")
    }

    /// Returns the API description that the server prints.
    pub(super) fn description(&self, description: Description) -> Result<String> {
        description.printed_by(self.server()?)
    }
}
