//! Asking before something is lost.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Args;

use crate::failure::Failure;
use crate::output::{messages, terminal};

/// Whether to ask first.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ConfirmationArgs {
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
}

impl ConfirmationArgs {
    /// Asks on the terminal, unless the answer is known.
    ///
    /// # Errors
    /// The answer is no, or there is no one to ask.
    pub(crate) fn ask(self, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() || !terminal::is_standard_error() {
            return Err(Failure::usage("this cannot be undone, and there is no one to ask")
                .tip("`--yes` does it without asking"));
        }
        let mut answer = String::new();
        messages::ask(&format!("{question} [y/N]"))
            .and_then(|()| io::stdin().lock().read_line(&mut answer))
            .map_err(|error| Failure::local("the answer cannot be read", error))?;
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            Ok(())
        } else {
            Err(Failure::usage("nothing was done"))
        }
    }
}
