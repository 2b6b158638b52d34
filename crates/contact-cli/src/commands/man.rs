//! `man`

use std::path::PathBuf;

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;

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
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let failed = |error| Failure::local("cannot write the manual", error);
        if let Some(directory) = self.dir {
            std::fs::create_dir_all(&directory).map_err(failed)?;
            return clap_mangen::generate_to((context.command_line)(), directory).map_err(failed);
        }
        let mut page = Vec::new();
        clap_mangen::Man::new((context.command_line)()).render(&mut page).map_err(failed)?;
        context.printer.text(String::from_utf8_lossy(&page).trim_end())
    }
}
