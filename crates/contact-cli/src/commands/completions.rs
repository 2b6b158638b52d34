//! `completions SHELL`

use clap::{Args, Command};
use clap_complete::Shell;

use crate::failure::Failure;
use crate::output::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts completions bash \\
    > ~/.local/share/bash-completion/completions/contacts
  contacts completions zsh > \"${fpath[1]}/_contacts\"
  contacts completions fish > ~/.config/fish/completions/contacts.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, mut command_line: Command, printer: Printer) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command_line, "contacts", &mut script);
        printer.text(String::from_utf8_lossy(&script).trim_end())
    }
}
