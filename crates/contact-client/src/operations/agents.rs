//! Agents.

use contact_model::{AgentId, AgentUpdate, NewAgent};
use reqwest::Method;

use crate::operation::{CreateAgent, DeleteAgent, ListAgents, UpdateAgent};
use crate::{Body, Call, Client};

impl Client {
    /// Lists the company's agents, the oldest first. Awaiting the call returns one page; [`items`](Call::items) returns a
    /// stream of all agents.
    pub fn list_agents(&self) -> Call<ListAgents> {
        self.call(Method::GET, &["agents"])
    }

    /// Creates an agent.
    pub fn create_agent(&self, agent: impl Into<Body<NewAgent>>) -> Call<CreateAgent> {
        self.call_with(Method::POST, &["agents"], agent)
    }

    /// Changes an agent's name, or whether it is active.
    ///
    /// # Errors
    /// The call fails with [`AgentNotFound`](contact_model::ProblemType::AgentNotFound) if the company has no such
    /// agent.
    pub fn update_agent(&self, id: AgentId, update: impl Into<Body<AgentUpdate>>) -> Call<UpdateAgent> {
        self.call_with(Method::PATCH, &["agents", &id.to_string()], update)
    }

    /// Deletes an agent.
    ///
    /// # Errors
    /// The call fails with [`AgentInUse`](contact_model::ProblemType::AgentInUse) if a thread or a contact refers to the
    /// agent.
    pub fn delete_agent(&self, id: AgentId) -> Call<DeleteAgent> {
        self.call(Method::DELETE, &["agents", &id.to_string()])
    }
}
