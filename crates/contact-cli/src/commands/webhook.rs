//! `webhook list | create | update | delete | rotate-secret | replay | resend | test | attempts`

use clap::Subcommand;
use contact_client::model::webhooks::SetAsideChange;
use contact_client::model::{
    ChangeAction, NewWebhook, Patch, WebhookAttempt, WebhookId, WebhookReplay, WebhookResend, WebhookUpdate,
};

use crate::args::{ColumnsArgs, DeleteArgs, PagesArgs, StrictArgs, WriteArgs, ids, one_of};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::messages;

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// List webhooks and their state, the oldest first
    #[command(after_help = "Examples:
  contacts webhook list")]
    List(PagesArgs),
    /// Create a webhook and print its secret once
    #[command(after_help = "Examples:
  contacts webhook create https://example.com/contacts
  contacts webhook create https://example.com --action created --action deleted")]
    Create {
        /// URL that changes are sent to
        #[arg(value_name = "URL")]
        webhook_url: String,
        /// Send only changes with this action; may be repeated [default: all]
        #[arg(long = "action", value_name = "ACTION")]
        #[arg(value_parser = one_of::<ChangeAction>(ChangeAction::ALL.map(ChangeAction::as_str)))]
        actions: Vec<ChangeAction>,
        /// Send only updates that change this field; may be repeated [default: all except last_activity]
        #[arg(long = "field", value_name = "FIELD")]
        fields: Vec<String>,
        /// Whether changes are sent
        #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
        active: bool,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Update a webhook, or enable one that the server has disabled
    #[command(after_help = "Examples:
  contacts webhook update ID --active true
  contacts webhook update ID --all-actions --field email")]
    Update {
        /// Id of the webhook
        #[arg(value_parser = ids::webhook)]
        id: WebhookId,
        /// URL that changes are sent to from now on
        #[arg(long, value_name = "URL")]
        new_url: Option<String>,
        /// Send only changes with this action; may be repeated
        #[arg(long = "action", value_name = "ACTION")]
        #[arg(value_parser = one_of::<ChangeAction>(ChangeAction::ALL.map(ChangeAction::as_str)))]
        actions: Vec<ChangeAction>,
        /// Send changes with any action
        #[arg(long, conflicts_with = "actions")]
        all_actions: bool,
        /// Send only updates that change this field; may be repeated
        #[arg(long = "field", value_name = "FIELD")]
        fields: Vec<String>,
        /// Send updates of any field except last_activity
        #[arg(long, conflicts_with = "fields")]
        all_fields: bool,
        /// Whether changes are sent
        #[arg(long, value_name = "BOOL")]
        active: Option<bool>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a webhook
    #[command(after_help = "Examples:
  contacts webhook delete ID")]
    Delete {
        /// Id of the webhook
        #[arg(value_parser = ids::webhook)]
        id: WebhookId,
        #[command(flatten)]
        how: DeleteArgs,
    },
    /// Replace the secret of a webhook and print the new one once; the previous one stays valid for 24 hours
    #[command(after_help = "Examples:
  contacts webhook rotate-secret ID")]
    RotateSecret {
        /// Id of the webhook
        #[arg(value_parser = ids::webhook)]
        id: WebhookId,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Send all changes from a number on again; --dry-run only counts them
    #[command(after_help = "Examples:
  contacts webhook replay ID --from 1042 --dry-run")]
    Replay {
        /// Id of the webhook
        #[arg(value_parser = ids::webhook)]
        id: WebhookId,
        /// Number of the first change, as in `contacts history`
        #[arg(long, value_name = "NUMBER")]
        from: i64,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Send one change again and print how the receiver responded
    #[command(after_help = "Examples:
  contacts webhook resend ID 1042")]
    Resend {
        /// Id of the webhook
        #[arg(value_parser = ids::webhook)]
        id: WebhookId,
        /// Number of the change
        #[arg(value_name = "NUMBER")]
        sequence: i64,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Send a test event and print how the receiver responded
    #[command(after_help = "Examples:
  contacts webhook test ID")]
    Test {
        /// Id of the webhook
        #[arg(value_parser = ids::webhook)]
        id: WebhookId,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List the last attempts that failed or that succeeded after a failure, the latest first
    #[command(after_help = "Examples:
  contacts webhook attempts ID
  contacts webhook attempts ID --set-aside")]
    Attempts {
        /// Id of the webhook
        #[arg(value_parser = ids::webhook)]
        id: WebhookId,
        /// List the changes that were set aside because the receiver refused them
        #[arg(long)]
        set_aside: bool,
        #[command(flatten)]
        columns: ColumnsArgs,
    },
}

impl WebhookCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(pages) => context.show_pages(context.client()?.list_webhooks(), &pages),
            Self::Create { webhook_url, actions, fields, active, strict, write } => {
                let webhook = NewWebhook {
                    url: webhook_url,
                    actions: none_if_empty(actions),
                    fields: none_if_empty(fields),
                    active,
                };
                context.write(&write, |client| strict.apply(client.create_webhook(webhook)))?;
                note_secret(&write);
                Ok(())
            }
            Self::Update { id, new_url, actions, all_actions, fields, all_fields, active, strict, write } => {
                let (actions, fields) = (patch(actions, all_actions), patch(fields, all_fields));
                let update = WebhookUpdate { url: new_url, actions, fields, active };
                context.write(&write, |client| strict.apply(client.update_webhook(id, update)))
            }
            Self::Delete { id, how } => {
                how.confirm(&format!("Delete webhook {id} permanently?"))?;
                context.delete(&how.write, id, |client| client.delete_webhook(id))
            }
            Self::RotateSecret { id, write } => {
                context.write(&write, |client| client.rotate_webhook_secret(id))?;
                note_secret(&write);
                Ok(())
            }
            Self::Replay { id, from, strict, write } => context
                .write(&write, |client| strict.apply(client.replay_webhook(id, WebhookReplay { from }))),
            Self::Resend { id, sequence, strict, write } => context.write(&write, |client| {
                strict.apply(client.resend_webhook_change(id, WebhookResend { sequence }))
            }),
            Self::Test { id, write } => context.write(&write, |client| client.test_webhook(id)),
            Self::Attempts { id, set_aside: true, columns } => {
                let columns = context.printer.columns::<SetAsideChange>(&columns)?;
                let list = context.send(context.client()?.list_webhook_attempts(id))?.into_body();
                context.printer.all(list.set_aside, columns)
            }
            Self::Attempts { id, set_aside: false, columns } => {
                let columns = context.printer.columns::<WebhookAttempt>(&columns)?;
                let list = context.send(context.client()?.list_webhook_attempts(id))?.into_body();
                context.printer.all(list.results, columns)
            }
        }
    }
}

fn note_secret(write: &WriteArgs) {
    if write.is_effective() {
        messages::note("store the secret now, because it is not shown again");
    }
}

fn none_if_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// Returns the change of a list from the values that were given. `all` removes the restriction.
fn patch<T>(list: Vec<T>, all: bool) -> Patch<Vec<T>> {
    match none_if_empty(list) {
        Some(list) => Patch::Set(list),
        None if all => Patch::Clear,
        None => Patch::Keep,
    }
}
