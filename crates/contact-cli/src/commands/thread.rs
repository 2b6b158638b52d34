//! `thread list | record`

use clap::Subcommand;
use contact_client::ContactId;
use contact_client::model::list::read_time;
use contact_client::model::{AgentId, NewThread, Timestamp};

use super::contact::Existing;
use crate::args::{PagesArgs, StrictArgs, ids};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum ThreadCommand {
    /// List threads of a contact, the newest first
    #[command(after_help = "Examples:
  contacts thread list ID
  contacts thread list ID --all --output csv")]
    List {
        /// Id of the contact
        #[arg(value_parser = ids::contact)]
        id: ContactId,
        #[command(flatten)]
        pages: PagesArgs,
    },
    /// Record a thread between an agent and a contact
    #[command(after_help = "Examples:
  contacts thread record ID --agent AGENT --type call --status completed \\
    --direction inbound --duration 42.5")]
    Record {
        /// Id of the agent
        #[arg(long, value_name = "ID", value_parser = ids::agent)]
        agent: AgentId,
        /// Type, such as call or chat
        #[arg(long = "type", value_name = "WORD")]
        kind: String,
        /// Status, such as completed
        #[arg(long, value_name = "WORD")]
        status: String,
        /// Direction, such as inbound
        #[arg(long, value_name = "WORD")]
        direction: String,
        /// Duration in seconds
        #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
        duration: f64,
        /// Time of the thread, such as 2026-01-31T09:00:00Z [default: now]
        #[arg(long, value_name = "TIME", value_parser = read_time)]
        created_at: Option<Timestamp>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        contact: Existing,
    },
}

impl ThreadCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List { id, pages } => context.show_pages(context.client()?.list_threads(id), &pages),
            Self::Record { agent, kind, status, direction, duration, created_at, strict, contact } => {
                let thread = NewThread { agent_id: agent, kind, status, direction, duration, created_at };
                let Existing { id, how } = contact;
                context.write_contact(&how, |client| strict.apply(client.record_thread(id, thread)))
            }
        }
    }
}
