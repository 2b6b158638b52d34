//! `agent list | create | update | delete`

use clap::Subcommand;
use contact_client::model::{AgentId, AgentUpdate, NewAgent};

use crate::args::ids;
use crate::args::pages::PagesArgs;
use crate::args::write::{StrictArgs, WriteArgs};
use crate::confirmation::ConfirmationArgs;
use crate::failure::Failure;
use crate::output::deleted::Deleted;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// List the agents, the oldest first
    #[command(after_help = "Examples:
  contacts agent list
  contacts agent list --all --output csv")]
    List(PagesArgs),
    /// Create an agent
    #[command(after_help = "Examples:
  contacts agent create 'Front desk'")]
    Create {
        /// The agent's name
        name: String,
        /// Whether the agent is at work
        #[arg(long, value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
        active: bool,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Change an agent's name, or whether it is at work
    #[command(after_help = "Examples:
  contacts agent update ID --active false")]
    Update {
        /// The agent
        #[arg(value_parser = ids::agent)]
        id: AgentId,
        /// Its new name
        #[arg(long)]
        name: Option<String>,
        /// Whether it is at work
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
        /// The agent
        #[arg(value_parser = ids::agent)]
        id: AgentId,
        #[command(flatten)]
        confirmation: ConfirmationArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
}

impl AgentCommand {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let client = &session.client;
        match self {
            Self::List(pages) => session.show_pages(client.list_agents(), &pages),
            Self::Create { name, active, strict, write } => {
                session.write(strict.say_on(client.create_agent(NewAgent { name, active })), &write)
            }
            Self::Update { id, name, active, strict, write } => {
                let update = AgentUpdate { name, active };
                session.write(strict.say_on(client.update_agent(id, update)), &write)
            }
            Self::Delete { id, confirmation, write } => {
                if write.loses_something() {
                    confirmation.ask(&format!("Delete the agent {id} for good?"))?;
                }
                session.delete(client.delete_agent(id), &write, Deleted::of(id))
            }
        }
    }
}
