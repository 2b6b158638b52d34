//! The program's commands. They serve the API, print its description, or administer a database, even while servers
//! use it.

mod api_key;
mod company;
mod confirmation;
mod custom_field;
mod database;
mod name_arg;
mod openapi;
mod output;
mod serve;

use std::io::{self, Write as _};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use contact_store::Store;
use serde_json::json;

use crate::config::{DatabaseArgs, ServeArgs};
use company::CompanyCommand;
use database::{CHOOSE_ANOTHER, explain};
use output::Output;

/// Serve the contacts API from SQLite or PostgreSQL
#[derive(Debug, Parser)]
#[command(name = "contact-server", version, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    serve: ServeArgs,
}

const EXAMPLES: &str = "Examples:
  contact-server
  contact-server --listen 0.0.0.0:8080
  contact-server --database-url postgres://contacts@localhost/contacts
  contact-server company create 'Example Ltd' --country GB
  contact-server api-key create --company ID --access read --name reporting
  contact-server custom-field create Plan --company ID --type date";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API (the default)
    Serve(Box<ServeArgs>),
    #[command(flatten)]
    Administer(Administration),
    /// Print the API description (OpenAPI 3.1) as YAML
    Openapi {
        /// Print the description for generators of clients, which always send Prefer: return=receipt
        #[arg(long)]
        sdk: bool,
    },
}

/// The commands that administer a database.
#[derive(Debug, Subcommand)]
enum Administration {
    /// Create the database, or update its schema
    Migrate,
    /// Create, update and list companies
    #[command(subcommand, visible_alias = "companies")]
    Company(CompanyCommand),
    /// Create, list and revoke API keys
    #[command(subcommand, alias = "key", visible_alias = "api-keys")]
    ApiKey(api_key::ApiKeyCommand),
    /// Create, rename, list and delete custom fields
    #[command(subcommand, visible_alias = "custom-fields")]
    CustomField(custom_field::CustomFieldCommand),
}

impl Cli {
    /// Reads the program's arguments. Ends the program if they cannot be read.
    pub fn read() -> Self {
        refuse_renamed_variables(|name| std::env::var_os(name).is_some())
            .unwrap_or_else(|error| error.exit());
        let matches = Self::command().get_matches();
        refuse_misplaced(&matches)
            .and_then(|()| {
                let mut cli = Self::from_arg_matches(&matches)?;
                cli.database.choose(&matches)?;
                Ok(cli)
            })
            .unwrap_or_else(|error| error.exit())
    }
}

/// Refuses environment variables with the names of earlier versions, which would have no effect. The names began with
/// `CONTACT_`.
fn refuse_renamed_variables(is_set: impl Fn(&str) -> bool) -> Result<(), clap::Error> {
    let command = Cli::command();
    for name in command.get_arguments().filter_map(|flag| flag.get_env()?.to_str()) {
        let rest = name.strip_prefix("CONTACTS_").unwrap_or(name);
        let unread = [format!("CONTACT_{rest}"), format!("CONTACTS_{rest}")];
        if let Some(old) = unread.iter().find(|old| *old != name && is_set(old)) {
            let message = format!("the environment variable {old} has no effect: use {name} instead");
            return Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
        }
    }
    Ok(())
}

/// Refuses a flag of `serve` before a subcommand, because it would have no effect there.
fn refuse_misplaced(matches: &ArgMatches) -> Result<(), clap::Error> {
    let Some(command) = matches.subcommand_name() else { return Ok(()) };
    let flags = ServeArgs::augment_args(clap::Command::new("serve"));
    let misplaced = flags
        .get_arguments()
        .find(|flag| matches.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine));
    let Some(flag) = misplaced.and_then(|flag| flag.get_long()) else { return Ok(()) };
    let message = match command {
        "serve" => format!("put --{flag} after `serve`"),
        _ => format!("--{flag} is a flag of `serve`, not of `{command}`"),
    };
    Err(Cli::command().error(ErrorKind::ArgumentConflict, message))
}

/// Runs the command of the command line.
///
/// # Errors
/// The command failed. The error is one line for the user.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let command = match cli.command {
        None => return serve::run(&cli.serve, &cli.database).await,
        Some(Command::Serve(args)) => return serve::run(&args, &cli.database).await,
        Some(Command::Openapi { sdk }) => return openapi::run(sdk),
        Some(Command::Administer(command)) => command,
    };
    crate::telemetry::start(cli.serve.log_format);
    let (database_url, options) = (cli.database.url()?, cli.database.store_options());
    let created = Store::missing(&database_url, &options).await.map_err(explain)?;
    // The other commands work on an existing database: with a wrong path they would leave an empty one behind.
    let may_create =
        matches!(command, Administration::Migrate | Administration::Company(CompanyCommand::Create { .. }));
    if let (Some(place), false) = (&created, may_create) {
        anyhow::bail!(
            "there is no contacts database at {place}: `contact-server migrate` creates one; {CHOOSE_ANOTHER}"
        );
    }
    let store = Store::open(&database_url, &options).await.map_err(explain)?;
    let result = match command {
        Administration::Migrate => {
            cli.output.print(&json!({ "migrated": true }), || "The schema is up to date.".to_owned())
        }
        Administration::Company(command) => {
            let result = command.run(&store, cli.output).await;
            if let (Ok(()), Some(place)) = (&result, created) {
                // If standard error is closed, nobody reads the note.
                let _ = writeln!(io::stderr(), "note: created the contacts database at {place}");
            }
            result
        }
        Administration::ApiKey(command) => command.run(&store, cli.output).await,
        Administration::CustomField(command) => command.run(&store, cli.output).await,
    };
    store.close().await;
    result
}
