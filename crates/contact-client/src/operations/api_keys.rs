//! API keys. All calls need an admin key; others fail with [`Forbidden`](contact_model::ProblemType::Forbidden).

use contact_model::{ApiKeyId, NewApiKey};
use reqwest::Method;

use crate::operation::{CreateApiKey, ListApiKeys, RevokeApiKey};
use crate::{Body, Call, Client};

impl Client {
    /// Lists the company's API keys without the keys themselves, the oldest first. Needs an admin key. Awaiting the call
    /// returns one page; [`items`](Call::items) returns a stream of all of them.
    pub fn list_api_keys(&self) -> Call<ListApiKeys> {
        self.call(Method::GET, &["api-keys"])
    }

    /// Creates an API key. Needs an admin key. Only this response contains the new key.
    pub fn create_api_key(&self, key: impl Into<Body<NewApiKey>>) -> Call<CreateApiKey> {
        self.call_with(Method::POST, &["api-keys"], key)
    }

    /// Revokes an API key. Needs an admin key. The key stops working within 5 seconds.
    pub fn revoke_api_key(&self, id: ApiKeyId) -> Call<RevokeApiKey> {
        self.call(Method::DELETE, &["api-keys", &id.to_string()])
    }
}
