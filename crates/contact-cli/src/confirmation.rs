//! Asks before a command that cannot be undone.

use std::io::{self, IsTerminal as _};

use clap::Args;

use crate::failure::Failure;
use crate::output::{messages, terminal};

/// Whether to ask first.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ConfirmationArgs {
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

impl ConfirmationArgs {
    /// Asks on the terminal, unless `--yes` is given.
    ///
    /// # Errors
    /// The user declined, or there is no terminal.
    pub(crate) fn ask(self, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() || !terminal::is_standard_error() {
            return Err(Failure::usage("this cannot be undone").tip("add `--yes` to confirm"));
        }
        let answer = messages::ask(&format!("{question} [y/N]"))
            .map_err(|error| Failure::local("cannot read the confirmation", error))?;
        match answer.to_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Failure::usage("cancelled; nothing was changed")),
        }
    }
}
