//! The command line of the contacts API.

mod args;
mod change_file;
mod cli;
mod commands;
mod confirmation;
mod contact_fields;
mod contact_file;
mod context;
mod exit;
mod failure;
mod import;
mod interrupt;
mod origin;
mod output;
mod profiles;
mod secret_file;
mod server_access;
mod whole_file;

use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::context::Context;
use crate::output::messages;
use crate::output::printer::Printer;

fn main() -> ExitCode {
    let Cli { command, connection, output } = Cli::read();
    let context = Context::new(Cli::command, connection, Printer::new(output));
    match command.run(&context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            messages::error(&failure);
            failure.exit.into()
        }
    }
}
