//! `api-key list | create | revoke`

use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use contact_client::model::list::read_time;
use contact_client::model::{Access, ApiKeyId, NewApiKey, Timestamp};

use crate::args::ids;
use crate::args::pages::PagesArgs;
use crate::args::write::{StrictArgs, WriteArgs};
use crate::confirmation::ConfirmationArgs;
use crate::failure::Failure;
use crate::output::deleted::Deleted;
use crate::output::messages;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// List the API keys, the oldest first, without the keys themselves; it needs an admin key
    #[command(after_help = "Examples:
  contacts api-key list
  contacts api-key list --all --output csv")]
    List(PagesArgs),
    /// Create an API key and print it; it is shown only once, so store it. It needs an admin key
    #[command(after_help = "Examples:
  contacts api-key create --name reporting --access read --expires-at 2030-01-31")]
    Create {
        /// What it is for
        #[arg(long)]
        name: Option<String>,
        /// What it may do
        #[arg(long, default_value_t = Access::default(), value_parser = access_parser())]
        access: Access,
        /// When it stops working; never unless said otherwise
        #[arg(long, value_name = "TIME", value_parser = read_time)]
        expires_at: Option<Timestamp>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Revoke an API key; it needs an admin key
    #[command(after_help = "Examples:
  contacts api-key revoke ID")]
    Revoke {
        /// The API key's id
        #[arg(value_parser = ids::api_key)]
        id: ApiKeyId,
        #[command(flatten)]
        confirmation: ConfirmationArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
}

fn access_parser() -> impl clap::builder::TypedValueParser<Value = Access> {
    PossibleValuesParser::new(Access::ALL.map(Access::as_str)).try_map(|word| word.parse::<Access>())
}

impl ApiKeyCommand {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let client = &session.client;
        match self {
            Self::List(pages) => session.show_pages(client.list_api_keys(), &pages),
            Self::Create { name, access, expires_at, strict, write } => {
                let key = NewApiKey { name, access, expires_at };
                session.write(strict.say_on(client.create_api_key(key)), &write)?;
                if write.loses_something() {
                    messages::note("the key is shown only this once: store it now");
                }
                Ok(())
            }
            Self::Revoke { id, confirmation, write } => {
                if write.loses_something() {
                    confirmation.ask(&format!("Revoke the API key {id} for good?"))?;
                }
                session.delete(client.revoke_api_key(id), &write, Deleted::of(id))
            }
        }
    }
}
