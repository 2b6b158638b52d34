//! `tag list | add | remove | rename`

use clap::Subcommand;
use contact_client::ContactId;

use crate::args::contact_write::ContactWriteArgs;
use crate::args::ids;
use crate::args::pages::PagesArgs;
use crate::args::write::{StrictArgs, WriteArgs};
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
        #[arg(value_parser = ids::contact)]
        id: ContactId,
        /// The tags
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        how: ContactWriteArgs,
    },
    /// Take a tag away from a contact
    #[command(after_help = "Examples:
  contacts tag remove ID vip")]
    Remove {
        /// The contact
        #[arg(value_parser = ids::contact)]
        id: ContactId,
        /// The tag
        tag: String,
        #[command(flatten)]
        how: ContactWriteArgs,
    },
    /// Give a tag another name for all contacts
    ///
    /// A contact that has both tags keeps one. The server does it in pieces: if it is interrupted, run the same
    /// command again.
    #[command(after_help = "Examples:
  contacts tag rename lead prospect
  contacts tag rename lead prospect --dry-run")]
    Rename {
        /// The tag
        old: String,
        /// Its new name
        new: String,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        how: WriteArgs,
    },
}

impl TagCommand {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(pages) => session.show_pages(session.client.list_tags(), &pages),
            Self::Add { id, tags, strict, how } => {
                session.write_contact(strict.say_on(session.client.add_tags(id, tags)), &how)
            }
            Self::Rename { old, new, strict, how } => {
                session.write(strict.say_on(session.client.rename_tag(&old, new)), &how)
            }
            Self::Remove { id, tag, how } => session.write_contact(session.client.remove_tag(id, &tag), &how),
        }
    }
}
