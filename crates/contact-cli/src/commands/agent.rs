//! `agent list | create | update | delete`

use clap::Subcommand;
use contact_client::model::{AgentId, AgentUpdate, NewAgent};

use crate::args::{DeleteArgs, PagesArgs, StrictArgs, WriteArgs, ids};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// List agents, the oldest first
    #[command(after_help = "Examples:
  contacts agent list
  contacts agent list --all --output csv")]
    List(PagesArgs),
    /// Create an agent
    #[command(after_help = "Examples:
  contacts agent create 'Front desk'")]
    Create {
        /// Name
        name: String,
        /// Whether the agent is active
        #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
        active: bool,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Update an agent
    #[command(after_help = "Examples:
  contacts agent update ID --active false")]
    Update {
        /// Id of the agent
        #[arg(value_parser = ids::agent)]
        id: AgentId,
        /// New name
        #[arg(long, allow_hyphen_values = true)]
        name: Option<String>,
        /// Whether the agent is active
        #[arg(long, value_name = "BOOL")]
        active: Option<bool>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete an agent that no thread or contact refers to
    #[command(after_help = "Examples:
  contacts agent delete ID")]
    Delete {
        /// Id of the agent
        #[arg(value_parser = ids::agent)]
        id: AgentId,
        #[command(flatten)]
        how: DeleteArgs,
    },
}

impl AgentCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(pages) => context.show_pages(context.client()?.list_agents(), &pages),
            Self::Create { name, active, strict, write } => {
                context.write(&write, |client| strict.apply(client.create_agent(NewAgent { name, active })))
            }
            Self::Update { id, name, active, strict, write } => context
                .write(&write, |client| strict.apply(client.update_agent(id, AgentUpdate { name, active }))),
            Self::Delete { id, how } => {
                how.confirm(&format!("Delete agent {id} permanently?"))?;
                context.delete(&how.write, id, |client| client.delete_agent(id))
            }
        }
    }
}
