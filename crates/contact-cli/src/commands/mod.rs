//! The commands.

mod agent;
mod api_key;
mod batch;
mod changes;
mod conformance;
mod contact;
mod custom_field;
mod duplicates;
mod export;
mod login;
mod merge;
mod merge_duplicates;
mod mirror;
mod open_docs;
mod profiles;
mod shell_files;
mod tag;
mod thread;
mod undo;
mod webhook;
mod whoami;

use clap::Subcommand;

use crate::context::Context;
use crate::failure::Failure;
use crate::import;
use crate::import::options::ImportOptions;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Contact(Box<contact::ContactCommand>),
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
    #[command(flatten)]
    Changes(changes::ChangesCommand),
    /// Undo changes: of a request, an import, an API key or a contact
    ///
    /// Shows what would be undone, and asks. A field returns to its earlier value, unless it changed again later; such
    /// fields are listed and keep their values. Created contacts are deleted, deleted ones are restored. A change must
    /// meet all of the conditions. Undoing adds changes, which can be undone too.
    Undo(Box<undo::Undo>),
    /// List contacts that may be duplicates
    ///
    /// Lists groups of contacts that have the same phone number, the same email address, or the same name and business
    /// name. `contacts merge` merges two of them, and `contacts merge-duplicates` all.
    Duplicates(duplicates::Duplicates),
    /// Merge a contact into another one
    ///
    /// The first contact gets the tags and threads of the second one, and its values for empty fields. From then on, the
    /// phone number and the email address of the second contact lead to the first one. `contacts undo --request ID` with the
    /// `X-Request-Id` of the merge, which the server's response and the JSON of `contacts history` contain, separates them
    /// again.
    Merge(Box<merge::Merge>),
    /// Merge all contacts that may be duplicates
    ///
    /// Shows the plan and asks. The contacts of each group are merged into its oldest one, at most 20 in one run. Check the
    /// plan first: families and colleagues share phone numbers. With `--dry-run`, prints the plan.
    MergeDuplicates(merge_duplicates::MergeDuplicates),
    /// List, add, remove and rename tags
    #[command(subcommand, visible_alias = "tags")]
    Tag(tag::TagCommand),
    /// List and record threads of a contact
    #[command(subcommand, visible_alias = "threads")]
    Thread(thread::ThreadCommand),
    /// List, create, update and delete agents
    #[command(subcommand, visible_alias = "agents")]
    Agent(agent::AgentCommand),
    /// List, create, rename and delete custom fields
    #[command(subcommand, visible_alias = "custom-fields")]
    CustomField(custom_field::CustomFieldCommand),
    /// List, create and revoke API keys
    #[command(subcommand, visible_alias = "api-keys")]
    ApiKey(api_key::ApiKeyCommand),
    /// List, create, update, delete and test webhooks (requires an admin key)
    #[command(subcommand, visible_alias = "webhooks")]
    Webhook(webhook::WebhookCommand),
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
    #[command(after_help = "Examples:
  contacts logout --profile staging")]
    Logout,
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
    #[command(flatten)]
    ShellFiles(shell_files::ShellFileCommand),
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
                    Self::Logout => profiles::remove(context),
                    Self::Profiles => profiles::list(context),
                    Self::Whoami => whoami::run(context),
                }
            };
        }
        run! {
            Contact Export Batch Undo Duplicates Merge MergeDuplicates Changes Tag Thread Agent CustomField ApiKey Webhook Conformance Login OpenDocs
            ShellFiles
        }
    }
}
