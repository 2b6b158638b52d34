//! The commands, one per file.

mod active_agent;
mod agent;
mod api_key;
mod batch;
mod completions;
mod conformance;
mod create;
mod custom_field;
mod existing;
mod export;
mod get;
mod list;
mod login;
mod logout;
mod man;
mod open_docs;
mod profiles;
mod tag;
mod thread;
mod update;
mod whoami;

use clap::Subcommand;

use crate::context::Context;
use crate::failure::Failure;
use crate::import;
use crate::import::options::ImportOptions;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show a contact
    Get(get::Get),
    /// Create a contact, or update the one with the same phone number or email address
    Create(Box<create::Create>),
    /// Update the given fields of a contact
    Update(Box<update::Update>),
    /// List, filter and search contacts
    List(list::List),
    #[command(flatten)]
    Existing(existing::ExistingCommand),
    /// Export contacts to CSV, NDJSON or vCard
    Export(Box<export::Export>),
    /// Send many writes in one request
    Batch(batch::Batch),
    /// Import contacts from CSV, NDJSON, JSON or vCard
    ///
    /// Each row creates a contact, or updates the one with the same phone number or email address. Importing a file
    /// twice changes nothing the second time. Columns are recognised by their headings, including those of Google
    /// Contacts, Outlook and HubSpot; use `--map` for other headings. Empty cells leave a field unchanged. New contacts
    /// get the lead source `import`, unless the file contains another.
    ///
    /// Failed rows are written to a file with the reasons, to correct and import again. After Ctrl-C, the import
    /// finishes the current requests and prints how to resume.
    #[command(after_help = "Examples:
  contacts import contacts.csv --preview
  contacts import contacts.csv --tag newsletter --country DE
  contacts import leads.csv --map 'Cell=phone_number' --map 'Remarks='
  contacts import contacts.csv --dry-run
  contacts import exported.ndjson --exact
  zcat contacts.ndjson.gz | contacts import - --output json")]
    Import(Box<ImportOptions>),
    /// List, add, remove and rename tags
    #[command(subcommand, visible_alias = "tags")]
    Tag(tag::TagCommand),
    /// List and record threads of a contact
    #[command(subcommand, visible_alias = "threads")]
    Thread(thread::ThreadCommand),
    /// Set or clear the active chat agent of a contact
    ActiveAgent(active_agent::ActiveAgent),
    /// List, create, update and delete agents
    #[command(subcommand, visible_alias = "agents")]
    Agent(agent::AgentCommand),
    /// List, create, rename and delete custom fields
    #[command(subcommand, visible_alias = "custom-fields")]
    CustomField(custom_field::CustomFieldCommand),
    /// List, create and revoke API keys
    #[command(subcommand, visible_alias = "api-keys")]
    ApiKey(api_key::ApiKeyCommand),
    /// Test a server against the contract of the API
    ///
    /// Runs test cases against any server of the API and deletes what they create. Cases that need more than the
    /// three documented operations are skipped if the server does not support it.
    Conformance(Box<conformance::ConformanceCommand>),
    /// Store the address of a server and an API key in a profile
    ///
    /// Prompts for the key on a terminal, otherwise reads it from the first line of standard input. If the server
    /// accepts the key, it is stored in a file that only you can read: `contacts/profiles.toml` in the configuration
    /// directory, or the file in CONTACTS_CONFIG.
    Login(login::Login),
    /// Remove a profile
    ///
    /// The API key remains valid. Revoke it with `contacts api-key revoke`.
    Logout(logout::Logout),
    /// List profiles
    #[command(after_help = "Examples:
  contacts profiles")]
    Profiles,
    /// Show the server, the profile and the API key in use
    #[command(after_help = "Examples:
  contacts whoami
  contacts whoami --profile staging")]
    Whoami,
    /// Open the documentation of the server in the browser
    OpenDocs(open_docs::OpenDocs),
    /// Print a completion script for a shell
    Completions(completions::Completions),
    /// Print the manual page, or write the pages of all commands
    Man(man::Man),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// The command failed.
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        macro_rules! run {
            ($($command:ident)+) => {
                match self {
                    $(Self::$command(command) => command.run(context),)+
                    Self::Import(options) => import::run(&options, context),
                    Self::Profiles => profiles::run(context),
                    Self::Whoami => whoami::run(context),
                }
            };
        }
        run! {
            Get Create Update List Existing Export Batch Tag Thread ActiveAgent Agent CustomField ApiKey Conformance
            Login Logout OpenDocs Completions Man
        }
    }
}
