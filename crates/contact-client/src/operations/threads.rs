//! A contact's threads, and the agent who chats with it.

use contact_model::{ActiveAgentChoice, AgentId, ContactId, NewThread};
use reqwest::Method;

use crate::operation::{ListThreads, RecordThread, SetActiveAgent};
use crate::{Call, Client};

impl Client {
    /// Lists a contact's threads, the newest first. Awaited, it gives a page; [`items`](Call::items) gives
    /// one thread after the other.
    pub fn list_threads(&self, contact: ContactId) -> Call<ListThreads> {
        self.call(self.request(Method::GET, &["contacts", &contact.to_string(), "threads"]))
    }

    /// Records a thread of an agent with a contact.
    pub fn record_thread(&self, contact: ContactId, thread: NewThread) -> Call<RecordThread> {
        let draft = self.request(Method::POST, &["contacts", &contact.to_string(), "threads"]);
        self.call(draft.and_then(|request| request.json(&thread)))
    }

    /// Says which agent chats with a contact; `None` for none.
    pub fn set_active_agent(
        &self,
        contact: ContactId,
        agent: impl Into<Option<AgentId>>,
    ) -> Call<SetActiveAgent> {
        let choice = ActiveAgentChoice { agent_id: agent.into() };
        let draft = self.request(Method::PUT, &["contacts", &contact.to_string(), "active-agent"]);
        self.call(draft.and_then(|request| request.json(&choice)))
    }
}
