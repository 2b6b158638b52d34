//! `tag list | add | remove`

use clap::Subcommand;
use contact_client::ContactId;

use crate::args::include::IncludeArgs;
use crate::args::pages::PagesArgs;
use crate::args::state::StateArgs;
use crate::args::write::{ReceiptArgs, StrictArgs, WriteArgs};
use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum TagCommand {
    /// List the tags with how many contacts have each
    #[command(after_help = "Examples:
  contacts tag list
  contacts tag list --all --output csv")]
    List(PagesArgs),
    /// Add tags to a contact; those that it has stay where they are
    #[command(after_help = "Examples:
  contacts tag add ID vip lead")]
    Add {
        /// The contact
        id: ContactId,
        /// The tags
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
        #[command(flatten)]
        receipt: ReceiptArgs,
        #[command(flatten)]
        include: IncludeArgs,
        #[command(flatten)]
        state: StateArgs,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Take a tag away from a contact
    #[command(after_help = "Examples:
  contacts tag remove ID vip")]
    Remove {
        /// The contact
        id: ContactId,
        /// The tag
        tag: String,
        #[command(flatten)]
        receipt: ReceiptArgs,
        #[command(flatten)]
        include: IncludeArgs,
        #[command(flatten)]
        state: StateArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
}

impl TagCommand {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(pages) => session.show_pages(session.client.list_tags(), &pages),
            Self::Add { id, tags, receipt, include, state, strict, write } => {
                let call = strict.say_on(session.client.add_tags(id, tags));
                let call = state.say_on(include.say_on(call));
                session.write_with_receipt(call, receipt, &write)
            }
            Self::Remove { id, tag, receipt, include, state, write } => {
                let call = state.say_on(include.say_on(session.client.remove_tag(id, &tag)));
                session.write_with_receipt(call, receipt, &write)
            }
        }
    }
}
