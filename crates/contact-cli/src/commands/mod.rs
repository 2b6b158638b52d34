//! The commands, one a file.

mod active_agent;
mod agent;
mod api_key;
mod batch;
mod completions;
mod conformance;
mod create;
mod custom_field;
mod delete;
mod erase;
mod export;
mod get;
mod import;
mod list;
mod login;
mod logout;
mod man;
mod open_docs;
mod profiles;
mod restore;
mod tag;
mod thread;
mod update;
mod whoami;

use clap::Subcommand;

use crate::args::connection::ConnectionArgs;
use crate::args::output::OutputArgs;
use crate::failure::Failure;
use crate::output::printer::Printer;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show a contact, the agent who chats with it and its latest activity
    Get(get::Get),
    /// Create a contact, or update the one with the same phone number or email address
    Create(Box<create::Create>),
    /// Change a contact: what is said of it, and nothing else
    Update(Box<update::Update>),
    /// List and find contacts
    List(list::List),
    /// Delete a contact; it can be restored for a time
    Delete(delete::Delete),
    /// Take a deleted contact back
    Restore(restore::Restore),
    /// Delete a contact for good
    Erase(erase::Erase),
    /// Write all contacts to a file: CSV, NDJSON or vCard
    Export(Box<export::Export>),
    /// Do many writes in one request
    Batch(batch::Batch),
    /// Import a file of contacts: CSV, NDJSON, JSON or vCard
    ///
    /// Each row makes a contact, or updates the one with the same phone number or email address: a file that is
    /// imported twice changes nothing the second time. Columns are known by their headings, also those of Google Contacts,
    /// Outlook and HubSpot; `--map` says what the others are for. What a row does not say is left as it is. New contacts
    /// get the lead source `import`, unless the file says another.
    ///
    /// Rows that fail go to a file with the reasons, to be corrected and imported again. Ctrl-C stops in order, and
    /// tells how to go on.
    Import(Box<import::Import>),
    /// Add, remove, rename and list tags
    #[command(subcommand, visible_alias = "tags")]
    Tag(tag::TagCommand),
    /// List and record a contact's threads
    #[command(subcommand, visible_alias = "threads")]
    Thread(thread::ThreadCommand),
    /// Say which agent chats with a contact
    ActiveAgent(active_agent::ActiveAgent),
    /// List, create, change and delete agents
    #[command(subcommand, visible_alias = "agents")]
    Agent(agent::AgentCommand),
    /// List, define, rename and delete custom fields
    #[command(subcommand, visible_alias = "custom-fields")]
    CustomField(custom_field::CustomFieldCommand),
    /// List, create and revoke API keys
    #[command(subcommand, visible_alias = "api-keys")]
    ApiKey(api_key::ApiKeyCommand),
    /// Check any server of the API against what its documentation promises
    ///
    /// Runs the contract as cases against a server, one after the other, and takes away what they made. It asks
    /// for the three documented operations alone; what needs more is left out where the server does not have it.
    Conformance(Box<conformance::ConformanceCommand>),
    /// Keep a server's address and an API key as a profile
    ///
    /// Asks for the key on the terminal, without showing it; elsewhere the key is the first line of standard
    /// input. It is kept once the server has let it in, in a file that its owner alone can read:
    /// `contacts/profiles.toml` in the configuration directory, or the file that CONTACTS_CONFIG names.
    Login(login::Login),
    /// Forget a profile
    ///
    /// The key itself goes on working: `contacts api-key revoke` ends it.
    Logout(logout::Logout),
    /// List the profiles
    #[command(after_help = "Examples:
  contacts profiles")]
    Profiles,
    /// Show which server and profile are used, and whether the key is let in
    #[command(after_help = "Examples:
  contacts whoami
  contacts whoami --profile staging")]
    Whoami,
    /// Open the server's documentation in the browser
    OpenDocs(open_docs::OpenDocs),
    /// Print what completes commands in a shell
    Completions(completions::Completions),
    /// Print the manual page, or write all of them to a directory
    Man(man::Man),
}

impl Command {
    /// Runs the command. `command_line` returns the definition of the whole command line.
    ///
    /// # Errors
    /// Returns an error if the command failed.
    pub(crate) fn run(
        self,
        connection: &ConnectionArgs,
        output: OutputArgs,
        command_line: fn() -> clap::Command,
    ) -> Result<(), Failure> {
        let printer = Printer::new(output);
        let session = || Session::open(connection, printer);
        match self {
            Command::Get(command) => command.run(&session()?),
            Command::Create(command) => command.run(&session()?),
            Command::Update(command) => command.run(&session()?),
            Command::List(command) => command.run(&session()?),
            Command::Delete(command) => command.run(&session()?),
            Command::Restore(command) => command.run(&session()?),
            Command::Erase(command) => command.run(&session()?),
            Command::Export(command) => command.run(&session()?, output),
            Command::Batch(command) => command.run(&session()?),
            Command::Import(command) => command.run(&session()?),
            Command::Tag(command) => command.run(&session()?),
            Command::Thread(command) => command.run(&session()?),
            Command::ActiveAgent(command) => command.run(&session()?),
            Command::Agent(command) => command.run(&session()?),
            Command::CustomField(command) => command.run(&session()?),
            Command::ApiKey(command) => command.run(&session()?),
            Command::Conformance(command) => command.run(connection, printer),
            Command::Login(command) => command.run(connection, printer),
            Command::Logout(command) => command.run(connection),
            Command::Profiles => profiles::run(printer),
            Command::Whoami => whoami::run(&session()?),
            Command::OpenDocs(command) => command.run(connection, printer),
            Command::Completions(command) => command.run(command_line(), printer),
            Command::Man(command) => command.run(command_line(), printer),
        }
    }
}
