//! `completions SHELL`

use clap::Args;
use clap_complete::Shell;

use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts completions bash \\
    > ~/.local/share/bash-completion/completions/contacts
  contacts completions zsh > \"${fpath[1]}/_contacts\"
  contacts completions fish > ~/.config/fish/completions/contacts.fish")]
pub(crate) struct Completions {
    /// Shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut (context.command_line)(), "contacts", &mut script);
        context.printer.text(String::from_utf8_lossy(&script).trim_end())
    }
}
