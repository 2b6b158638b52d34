//! The command line.

use std::env;
use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::args::connection::ConnectionArgs;
use crate::args::output::OutputArgs;
use crate::commands::Command;
use crate::output::{messages, terminal};

/// Manage contacts on a server of the contacts API
///
/// Run `contacts login` first to store the address of the server and an API key.
#[derive(Debug, Parser)]
#[command(name = "contacts", version, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EXITS}"))]
#[command(subcommand_required = true, arg_required_else_help = true, propagate_version = false)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl Cli {
    /// Reads the arguments. Ends the program if they are invalid or ask for help.
    pub(crate) fn read() -> Self {
        Self::parsed(env::args_os()).unwrap_or_else(|error| {
            let arguments: Vec<String> =
                env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
            if !error.use_stderr()
                || !terminal::is_standard_error()
                || arguments.iter().all(|argument| terminal::is_safe(argument))
            {
                error.exit();
            }
            // The error quotes arguments, so the arguments are escaped and parsed again before it is printed.
            let safe = arguments.iter().map(|argument| terminal::escaped(argument).into_owned());
            let error = Self::parsed(safe).err().unwrap_or(error);
            messages::text(&error.render().to_string());
            std::process::exit(error.exit_code())
        })
    }

    fn parsed(arguments: impl IntoIterator<Item: Into<OsString> + Clone>) -> Result<Self, clap::Error> {
        let matches = Self::command().try_get_matches_from(arguments)?;
        let mut cli = Self::from_arg_matches(&matches).map_err(|error| error.format(&mut Self::command()))?;
        cli.connection.choose_key(&matches)?;
        Ok(cli)
    }
}

const EXAMPLES: &str = "Examples:
  contacts login --url https://contacts.example.com
  contacts create --full-name 'jane doe' --phone '(415) 555-2671' --tag lead
  contacts list --search jan --tag lead --sort name
  contacts update ID --email '' --clear notes --tag vip --field Plan=gold
  contacts export contacts.csv";
const EXITS: &str = "Exit codes:
  0    success
  1    the server refused the request, or an error occurred on this machine
  2    the arguments are invalid; nothing was sent
  3    the contact, or another object that the command names, does not exist
  4    the API key is missing, invalid or lacks access
  5    the server cannot be reached or is unavailable
  130  interrupted by Ctrl-C; an import prints how to resume";
