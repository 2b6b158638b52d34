//! The contacts API on the command line.

mod args;
mod cli;
mod commands;
mod confirmation;
mod contact_fields;
mod contact_file;
mod exit;
mod failure;
mod import;
mod interrupt;
mod origin;
mod output;
mod profiles;
mod secret_file;
mod server_access;
mod session;
mod whole_file;

use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::output::messages;

fn main() -> ExitCode {
    let Cli { command, connection, output } = Cli::read();
    match command.run(&connection, output, Cli::command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            messages::tell(&failure);
            failure.exit.into()
        }
    }
}
