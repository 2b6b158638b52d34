//! `tag list | add | remove | rename`

use clap::Subcommand;
use contact_client::ContactId;

use super::contact::Existing;
use crate::args::{ContactWriteArgs, PagesArgs, StrictArgs, WriteArgs, ids};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum TagCommand {
    /// List tags and the number of contacts with each
    #[command(after_help = "Examples:
  contacts tag list
  contacts tag list --all --output csv")]
    List(PagesArgs),
    /// Add tags to a contact
    #[command(after_help = "Examples:
  contacts tag add ID vip lead")]
    Add {
        /// Id of the contact
        #[arg(value_parser = ids::contact)]
        id: ContactId,
        /// Tags to add
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<String>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        how: ContactWriteArgs,
    },
    /// Remove a tag from a contact
    #[command(after_help = "Examples:
  contacts tag remove ID vip")]
    Remove {
        #[command(flatten)]
        contact: Existing,
        /// Tag to remove
        tag: String,
    },
    /// Rename a tag in all contacts
    ///
    /// A contact with both tags keeps one of them. The server renames the tag in several steps. If it is interrupted,
    /// run the command again.
    #[command(after_help = "Examples:
  contacts tag rename lead prospect
  contacts tag rename lead prospect --dry-run")]
    Rename {
        /// Current name
        old: String,
        /// New name
        new: String,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
}

impl TagCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(pages) => context.show_pages(context.client()?.list_tags(), &pages),
            Self::Add { id, tags, strict, how } => {
                context.write_contact(&how, |client| strict.apply(client.add_tags(id, tags)))
            }
            Self::Remove { contact: Existing { id, how }, tag } => {
                context.write_contact(&how, |client| client.remove_tag(id, &tag))
            }
            Self::Rename { old, new, strict, write } => {
                let renamed =
                    context.send_write(&write, |client| strict.apply(client.rename_tag(&old, new)))?;
                match renamed {
                    Some(renamed) if renamed.body().changed == 0 && renamed.body().tag != old => {
                        Err(Failure::new(Exit::NotFound, format!("no contact has the tag `{old}`"))
                            .tip("list the tags with `contacts tag list --all`"))
                    }
                    Some(renamed) => context.printer.one(renamed.body(), None),
                    None => Ok(()),
                }
            }
        }
    }
}
