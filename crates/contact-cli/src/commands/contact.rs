//! `get | create | update | list | history | delete | restore | erase | active-agent`

use clap::{Args, Subcommand};
use contact_client::model::list::Sort;
use contact_client::model::{AgentId, ContactDetail};
use contact_client::{Body, Call, Client, ContactId, ContactUpdate, ETag};

use crate::args::{
    BodySource, ContactFieldArgs, ContactWriteArgs, FilterArgs, IncludeArgs, MatchArgs, PagesArgs,
    ReceiptArgs, StrictArgs, TagChangeArgs, WriteArgs, ids,
};
use crate::confirmation::ConfirmationArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::messages;

/// The status of a response to a request that created a contact.
const CREATED: u16 = 201;

#[derive(Debug, Subcommand)]
pub(crate) enum ContactCommand {
    /// Show a contact
    #[command(after_help = "Examples:
  contacts get 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts get ID --include custom_fields,updated_at --output json
  contacts get ID --etag")]
    Get {
        /// Id of the contact
        #[arg(value_parser = ids::contact)]
        id: ContactId,
        /// Fail with exit code 3 if the contact has no phone number
        #[arg(long)]
        with_phone_number: bool,
        /// Print the contact only if its entity tag differs from this one
        #[arg(long, value_name = "ETAG")]
        if_none_match: Option<ETag>,
        /// Print only the entity tag, for `--if-match`
        #[arg(long)]
        etag: bool,
        #[command(flatten)]
        include: IncludeArgs,
    },
    /// Create a contact, or update the one with the same phone number or email address
    #[command(after_help = "Examples:
  contacts create --full-name 'jane doe' --phone '(415) 555-2671' --tag lead
  contacts create --email jane@example.com --field Plan=gold --field Seats:=12
  echo '{\"full_name\": \"jane doe\"}' | contacts create --json -")]
    Create {
        /// File with the request body, or `-` for standard input
        #[arg(long, value_name = "FILE", conflicts_with = "fields")]
        json: Option<BodySource>,
        #[command(flatten)]
        matching: MatchArgs,
        #[command(flatten)]
        receipt: ReceiptArgs,
        #[command(flatten)]
        include: IncludeArgs,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
        #[command(flatten)]
        fields: ContactFieldArgs,
    },
    /// Update the given fields of a contact
    #[command(after_help = "Examples:
  contacts update ID --full-name 'Jane Doe' --email '' --clear notes
  contacts update ID --tag vip --untag lead --dnd true --field Plan=gold
  contacts update ID --set-tags vip,lead
  contacts update ID --clear custom_fields.Plan --receipt
  contacts update ID --notes 'Called' --if-match \"$(contacts get ID --etag)\"
  echo '{\"notes\": null}' | contacts update ID --json - --strict")]
    Update {
        /// File with the request body, or `-` for standard input
        #[arg(long, value_name = "FILE", conflicts_with_all = ["fields", "tag_changes"])]
        json: Option<BodySource>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        contact: Existing,
        #[command(flatten)]
        fields: ContactFieldArgs,
        #[command(flatten)]
        tags: TagChangeArgs,
    },
    /// List, filter and search contacts
    #[command(after_help = "Examples:
  contacts list --search 'jan do' --sort name
  contacts list --tag vip --tag lead --has-phone true --field Plan=gold
  contacts list --created-after 2026-01-01 --count
  contacts list --deleted --all
  contacts list --columns id,name,tags,custom_fields.Plan
  contacts list --tag spam --all --quiet | xargs -r -n 1 contacts delete

To write all contacts with all their fields to a file, use `contacts export`.")]
    List {
        /// Order: created_at, updated_at, last_activity, name, or deleted_at with --deleted; `-` before it reverses it
        #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
        sort: Option<Sort>,
        /// List deleted contacts, the last deleted first; accepts no filters
        #[arg(long)]
        deleted: bool,
        /// Print only the number of contacts; 100000+ if there are more than the server counts
        #[arg(long, conflicts_with_all = ["limit", "all", "cursor"])]
        count: bool,
        #[command(flatten)]
        pages: PagesArgs,
        #[command(flatten)]
        include: IncludeArgs,
        #[command(flatten)]
        filters: FilterArgs,
    },
    /// List the changes of a contact, the latest first
    #[command(after_help = "Examples:
  contacts history ID
  contacts history ID --all --output json")]
    History {
        /// Id of the contact
        #[arg(value_parser = ids::contact)]
        id: ContactId,
        #[command(flatten)]
        pages: PagesArgs,
    },
    /// Delete a contact; `restore` undoes it
    #[command(after_help = "Examples:
  contacts delete 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts delete ID --if-match \"$(contacts get ID --etag)\"")]
    Delete(Existing),
    /// Restore a deleted contact
    #[command(after_help = "Examples:
  contacts restore 018bab2f-5d60-7c31-9a55-8dd25736052a")]
    Restore(Existing),
    /// Delete a contact permanently
    #[command(after_help = "Examples:
  contacts erase 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts erase ID --yes")]
    Erase {
        #[command(flatten)]
        confirmation: ConfirmationArgs,
        #[command(flatten)]
        contact: Existing,
    },
    /// Set or clear the active chat agent of a contact
    #[command(after_help = "Examples:
  contacts active-agent ID AGENT
  contacts active-agent ID --none")]
    ActiveAgent {
        #[command(flatten)]
        contact: Existing,
        /// Id of the agent
        #[arg(required_unless_present = "none", value_parser = ids::agent)]
        agent: Option<AgentId>,
        /// Clear the agent
        #[arg(long, conflicts_with = "agent")]
        none: bool,
        #[command(flatten)]
        strict: StrictArgs,
    },
}

/// A contact that is changed, and how.
#[derive(Debug, Args)]
pub(crate) struct Existing {
    /// Id of the contact
    #[arg(value_parser = ids::contact)]
    pub(super) id: ContactId,
    #[command(flatten)]
    pub(super) how: ContactWriteArgs,
}

impl ContactCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Get { id, with_phone_number, if_none_match, etag, include } => {
                let call = include.apply(context.client()?.get_contact(id));
                let call = call.when(with_phone_number, Call::with_phone_number);
                let show = |contact: &ContactDetail, tag: Option<&ETag>| match tag.filter(|_| etag) {
                    Some(tag) => context.printer.text(&tag.to_string()),
                    None => context.printer.one(contact, tag),
                };
                let Some(known) = &if_none_match else {
                    let answer = context.send(call)?;
                    return show(answer.body(), answer.etag());
                };
                let answer = context.send(call.if_none_match(known))?;
                match answer.body() {
                    Some(contact) => show(contact, answer.etag()),
                    None => {
                        messages::note("the contact has not changed");
                        Ok(())
                    }
                }
            }
            Self::Create { json, matching, receipt, include, strict, write, fields } => {
                let body = match json {
                    Some(source) => Body::from_json(source.read()?),
                    None => fields.into_create()?.into(),
                };
                let call = |client: &Client| {
                    matching.apply(strict.apply(include.apply(client.create_contact(body))))
                };
                if receipt.receipt {
                    return context.write(&write, |client| call(client).receipt());
                }
                let answer = context.send_write(&write, |client| call(client).contact())?;
                let Some(answer) = answer else { return Ok(()) };
                if answer.status() != CREATED {
                    messages::note("updated the existing contact with this phone number or email address");
                }
                context.printer.one(answer.body(), answer.etag())
            }
            Self::Update { json, strict, contact: Existing { id, how }, fields, tags } => {
                let body = match json {
                    Some(source) => Body::from_json(source.read()?),
                    None => match fields.into_update(&tags)? {
                        update if update == ContactUpdate::new() => {
                            return Err(Failure::usage("no field was given").tip(
                                "give at least one, such as `--notes 'Called today'`; see `contacts update --help`",
                            ));
                        }
                        update => update.into(),
                    },
                };
                context.write_contact(&how, |client| strict.apply(client.update_contact(id, body)))
            }
            Self::List { sort, deleted, count, pages, include, filters } => {
                let call = filters.list(context.client()?);
                let call = include.apply_with(pages.columns.include(), call);
                let call = call.when_some(sort, Call::sort).when(deleted, Call::deleted);
                if count {
                    return context.printer.text(&context.count(call)?.to_string());
                }
                context.show_pages(call, &pages)
            }
            Self::History { id, pages } => context.show_pages(context.client()?.list_history(id), &pages),
            Self::Delete(Existing { id, how }) => {
                context.delete_contact(&how, id, |client| client.delete_contact(id))
            }
            Self::Restore(Existing { id, how }) => {
                context.write_contact(&how, |client| client.restore_contact(id))
            }
            Self::Erase { confirmation, contact: Existing { id, how } } => {
                if how.write.is_effective() {
                    confirmation.ask(&format!("Erase contact {id} permanently?"))?;
                }
                context.delete_contact(&how, id, |client| client.delete_contact(id).erase())
            }
            Self::ActiveAgent { contact: Existing { id, how }, agent, none: _, strict } => {
                context.write_contact(&how, |client| strict.apply(client.set_active_agent(id, agent)))
            }
        }
    }
}
