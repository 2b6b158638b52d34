//! A contact as the get operation answers it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ActiveChatAgent, AgentThread, Contact};

/// A contact with the agent who chats with it and what happened last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ContactDetail {
    /// The contact's own keys.
    #[serde(flatten)]
    pub contact: Contact,
    /// The agent who chats with the contact, or null.
    #[schema(required)]
    pub active_chat_agent: Option<ActiveChatAgent>,
    /// The contact's latest agent threads, at most three, newest first.
    #[schema(max_items = 3)]
    pub recent_activity: Vec<AgentThread>,
}
