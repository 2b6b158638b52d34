//! `man`

use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man as Page;

use crate::failure::Failure;
use crate::output::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts man | man -l -
  contacts man --dir ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// Write a page for each command to this directory
    #[arg(long, value_name = "DIRECTORY")]
    dir: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(self, command_line: Command, printer: Printer) -> Result<(), Failure> {
        let failed = |error| Failure::local("the manual cannot be written", error);
        match self.dir {
            Some(directory) => {
                std::fs::create_dir_all(&directory).map_err(failed)?;
                clap_mangen::generate_to(command_line, directory).map_err(failed)
            }
            None => {
                let mut page = Vec::new();
                Page::new(command_line).render(&mut page).map_err(failed)?;
                printer.text(String::from_utf8_lossy(&page).trim_end())
            }
        }
    }
}
