//! `active-agent ID AGENT`

use clap::Args;
use contact_client::ContactId;
use contact_client::model::AgentId;

use crate::args::include::IncludeArgs;
use crate::args::state::StateArgs;
use crate::args::write::{ReceiptArgs, StrictArgs, WriteArgs};
use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts active-agent ID AGENT
  contacts active-agent ID --none")]
pub(crate) struct ActiveAgent {
    /// The contact
    id: ContactId,
    /// The agent who chats with it
    #[arg(required_unless_present = "none")]
    agent: Option<AgentId>,
    /// No agent chats with it
    #[arg(long, conflicts_with = "agent")]
    none: bool,
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
}

impl ActiveAgent {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let call = self.strict.say_on(session.client.set_active_agent(self.id, self.agent));
        let call = self.state.say_on(self.include.say_on(call));
        session.write_with_receipt(call, self.receipt, &self.write)
    }
}
