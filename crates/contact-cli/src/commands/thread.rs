//! `thread list | record`

use clap::{Args, Subcommand};
use contact_client::ContactId;
use contact_client::model::list::read_time;
use contact_client::model::{AgentId, NewThread, Timestamp};

use crate::args::contact_write::ContactWriteArgs;
use crate::args::ids;
use crate::args::pages::PagesArgs;
use crate::args::write::StrictArgs;
use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum ThreadCommand {
    /// List a contact's threads, the newest first
    #[command(after_help = "Examples:
  contacts thread list ID
  contacts thread list ID --all --output csv")]
    List {
        /// The contact
        #[arg(value_parser = ids::contact)]
        id: ContactId,
        #[command(flatten)]
        pages: PagesArgs,
    },
    /// Record a thread of an agent with a contact
    Record(Record),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts thread record ID --agent AGENT --type call --status completed \\
    --direction inbound --duration 42.5")]
pub(crate) struct Record {
    /// The contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    /// The agent
    #[arg(long, value_name = "ID", value_parser = ids::agent)]
    agent: AgentId,
    /// What it was, such as call or chat
    #[arg(long = "type", value_name = "WORD")]
    kind: String,
    /// How it ended, such as completed
    #[arg(long, value_name = "WORD")]
    status: String,
    /// Which way it went, such as inbound
    #[arg(long, value_name = "WORD")]
    direction: String,
    /// How long it took
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    duration: f64,
    /// When it happened, such as 2026-01-31T09:00:00Z; now unless said otherwise
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    created_at: Option<Timestamp>,
    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    how: ContactWriteArgs,
}

impl ThreadCommand {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List { id, pages } => session.show_pages(session.client.list_threads(id), &pages),
            Self::Record(record) => record.run(session),
        }
    }
}

impl Record {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let thread = NewThread {
            agent_id: self.agent,
            kind: self.kind,
            status: self.status,
            direction: self.direction,
            duration: self.duration,
            created_at: self.created_at,
        };
        let call = session.client.record_thread(self.id, thread);
        session.write_contact(self.strict.say_on(call), &self.how)
    }
}
