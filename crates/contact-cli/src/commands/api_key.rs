//! `api-key list | create | revoke`

use clap::Subcommand;
use contact_client::model::list::read_time;
use contact_client::model::{Access, ApiKeyId, NewApiKey, Timestamp};

use crate::args::{DeleteArgs, PagesArgs, StrictArgs, WriteArgs, ids, one_of};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::messages;

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// List API keys without their secrets, the oldest first (requires an admin key)
    #[command(after_help = "Examples:
  contacts api-key list
  contacts api-key list --all --output csv")]
    List(PagesArgs),
    /// Create an API key and print it once (requires an admin key)
    #[command(after_help = "Examples:
  contacts api-key create --name reporting --access read --expires-at 2030-01-31")]
    Create {
        /// Name of the key, such as the program that uses it
        #[arg(long, allow_hyphen_values = true)]
        name: Option<String>,
        /// Access of the key
        #[arg(long, default_value_t = Access::default(), value_parser = one_of::<Access>(Access::ALL.map(Access::as_str)))]
        access: Access,
        /// When the key expires [default: never]
        #[arg(long, value_name = "TIME", value_parser = read_time)]
        expires_at: Option<Timestamp>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Revoke an API key (requires an admin key)
    #[command(after_help = "Examples:
  contacts api-key revoke ID")]
    Revoke {
        /// Id of the key
        #[arg(value_parser = ids::api_key)]
        id: ApiKeyId,
        #[command(flatten)]
        how: DeleteArgs,
    },
}

impl ApiKeyCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(pages) => context.show_pages(context.client()?.list_api_keys(), &pages),
            Self::Create { name, access, expires_at, strict, write } => {
                let key = NewApiKey { name, access, expires_at };
                context.write(&write, |client| strict.apply(client.create_api_key(key)))?;
                if write.is_effective() {
                    messages::note("store the key now, because it is not shown again");
                }
                Ok(())
            }
            Self::Revoke { id, how } => {
                how.confirm(&format!("Revoke API key {id} permanently?"))?;
                context.delete(&how.write, id, |client| client.revoke_api_key(id))
            }
        }
    }
}
