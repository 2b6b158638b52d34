//! A contact's threads, and the agent that chats with it.

use contact_model::{ActiveAgentChoice, AgentId, ContactId, NewThread};
use reqwest::Method;

use crate::operation::{ListThreads, RecordThread, SetActiveAgent};
use crate::{Body, Call, Client};

impl Client {
    /// Lists a contact's threads, the newest first. Awaiting the call returns one page; [`items`](Call::items) returns a
    /// stream of all threads.
    pub fn list_threads(&self, contact: ContactId) -> Call<ListThreads> {
        self.call(Method::GET, &["contacts", &contact.to_string(), "threads"])
    }

    /// Records a thread of an agent with a contact, such as a phone call.
    pub fn record_thread(
        &self,
        contact: ContactId,
        thread: impl Into<Body<NewThread>>,
    ) -> Call<RecordThread> {
        self.call_with(Method::POST, &["contacts", &contact.to_string(), "threads"], thread)
    }

    /// Sets the agent that chats with a contact. `None` removes it.
    pub fn set_active_agent(
        &self,
        contact: ContactId,
        agent: impl Into<Option<AgentId>>,
    ) -> Call<SetActiveAgent> {
        let choice = ActiveAgentChoice { agent_id: agent.into() };
        self.call_with(Method::PUT, &["contacts", &contact.to_string(), "active-agent"], choice)
    }
}
