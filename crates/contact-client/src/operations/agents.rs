//! Agents.

use contact_model::{AgentId, AgentUpdate, NewAgent};
use reqwest::Method;

use crate::operation::{CreateAgent, DeleteAgent, ListAgents, UpdateAgent};
use crate::{Call, Client};

impl Client {
    /// Lists the company's agents, the oldest first. Awaited, it gives a page; [`items`](Call::items) gives one
    /// agent after the other.
    pub fn list_agents(&self) -> Call<ListAgents> {
        self.call(self.request(Method::GET, &["agents"]))
    }

    /// Creates an agent.
    pub fn create_agent(&self, agent: NewAgent) -> Call<CreateAgent> {
        let draft = self.request(Method::POST, &["agents"]);
        self.call(draft.and_then(|request| request.json(&agent)))
    }

    /// Changes an agent's name, or whether it is at work.
    pub fn update_agent(&self, id: AgentId, update: AgentUpdate) -> Call<UpdateAgent> {
        let draft = self.request(Method::PATCH, &["agents", &id.to_string()]);
        self.call(draft.and_then(|request| request.json(&update)))
    }

    /// Deletes an agent that no thread or contact refers to.
    pub fn delete_agent(&self, id: AgentId) -> Call<DeleteAgent> {
        self.call(self.request(Method::DELETE, &["agents", &id.to_string()]))
    }
}
