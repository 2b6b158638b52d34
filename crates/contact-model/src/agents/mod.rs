//! Agents, and their threads with contacts.

mod agent;
mod requests;
mod thread;
mod thread_list;

pub use agent::{ActiveAgentChoice, ActiveChatAgent, Agent, NewAgent};
pub use requests::{AgentList, AgentUpdate};
pub use thread::{AgentThread, NewThread};
pub use thread_list::{ThreadCursor, ThreadList};
