//! `active-agent ID AGENT`

use clap::Args;
use contact_client::ContactId;
use contact_client::model::AgentId;

use crate::args::{ContactWriteArgs, StrictArgs, ids};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts active-agent ID AGENT
  contacts active-agent ID --none")]
pub(crate) struct ActiveAgent {
    /// Id of the contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    /// Id of the agent
    #[arg(required_unless_present = "none", value_parser = ids::agent)]
    agent: Option<AgentId>,
    /// Clear the agent
    #[arg(long, conflicts_with = "agent")]
    none: bool,
    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    how: ContactWriteArgs,
}

impl ActiveAgent {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.write_contact(&self.how, |client| {
            self.strict.apply(client.set_active_agent(self.id, self.agent))
        })
    }
}
