//! `active-agent ID AGENT`

use clap::Args;
use contact_client::ContactId;
use contact_client::model::AgentId;

use crate::args::contact_write::ContactWriteArgs;
use crate::args::ids;
use crate::args::write::StrictArgs;
use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts active-agent ID AGENT
  contacts active-agent ID --none")]
pub(crate) struct ActiveAgent {
    /// The contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    /// The agent who chats with it
    #[arg(required_unless_present = "none", value_parser = ids::agent)]
    agent: Option<AgentId>,
    /// No agent chats with it
    #[arg(long, conflicts_with = "agent")]
    none: bool,
    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    how: ContactWriteArgs,
}

impl ActiveAgent {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let call = session.client.set_active_agent(self.id, self.agent);
        session.write_contact(self.strict.say_on(call), &self.how)
    }
}
