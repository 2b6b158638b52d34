//! `completions SHELL | man`

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;
use clap_complete::Shell;

use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum ShellFileCommand {
    /// Print a completion script for a shell
    #[command(after_help = "Examples:
  contacts completions bash \\
    > ~/.local/share/bash-completion/completions/contacts
  contacts completions zsh > \"${fpath[1]}/_contacts\"
  contacts completions fish > ~/.config/fish/completions/contacts.fish")]
    Completions {
        /// Shell
        shell: Shell,
    },
    /// Print the manual page, or write the pages of all commands
    #[command(after_help = "Examples:
  contacts man | man -l -
  contacts man --dir ~/.local/share/man/man1")]
    Man {
        /// Write a page for each command to this directory
        #[arg(long, value_name = "DIRECTORY")]
        dir: Option<PathBuf>,
    },
}

impl ShellFileCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut command = (context.command_line)();
        let failed = |error| Failure::local("cannot write the manual", error);
        let mut text = Vec::new();
        match self {
            Self::Completions { shell } => {
                clap_complete::generate(shell, &mut command, "contacts", &mut text);
            }
            Self::Man { dir: None } => clap_mangen::Man::new(command).render(&mut text).map_err(failed)?,
            Self::Man { dir: Some(directory) } => {
                fs::create_dir_all(&directory).map_err(failed)?;
                return clap_mangen::generate_to(command, directory).map_err(failed);
            }
        }
        context.printer.text(String::from_utf8_lossy(&text).trim_end())
    }
}
