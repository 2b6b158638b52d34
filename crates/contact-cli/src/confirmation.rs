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
    /// Returns true if `--yes` is given.
    pub(crate) fn is_given(self) -> bool {
        self.yes
    }

    /// Asks on the terminal, unless `--yes` is given.
    ///
    /// # Errors
    /// The user declined, or there is no terminal.
    pub(crate) fn ask(self, question: &str) -> Result<(), Failure> {
        self.ask_because("this cannot be undone", question)
    }

    /// Asks on the terminal, unless `--yes` is given. `reason` states why a confirmation is needed.
    ///
    /// # Errors
    /// The user declined, or there is no terminal.
    pub(crate) fn ask_because(self, reason: &str, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() || !terminal::is_standard_error() {
            return Err(Failure::usage(reason).tip("add `--yes` to confirm"));
        }
        let answer = messages::ask(&format!("{question} [y/N]"))
            .map_err(|error| Failure::local("cannot read the confirmation", error))?;
        match answer.to_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Failure::usage("cancelled; nothing was changed")),
        }
    }
}
