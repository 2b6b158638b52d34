//! API keys. Managing them needs an admin key.

use contact_model::{ApiKeyId, NewApiKey};
use reqwest::Method;

use crate::operation::{CreateApiKey, ListApiKeys, RevokeApiKey};
use crate::{Call, Client};

impl Client {
    /// Lists the company's API keys, the oldest first, without the keys themselves. Awaited, it gives a page;
    /// [`items`](Call::items) gives one after the other.
    pub fn list_api_keys(&self) -> Call<ListApiKeys> {
        self.call(self.request(Method::GET, &["api-keys"]))
    }

    /// Creates an API key, and answers with it this once.
    pub fn create_api_key(&self, key: NewApiKey) -> Call<CreateApiKey> {
        let draft = self.request(Method::POST, &["api-keys"]);
        self.call(draft.and_then(|request| request.json(&key)))
    }

    /// Revokes an API key.
    pub fn revoke_api_key(&self, id: ApiKeyId) -> Call<RevokeApiKey> {
        self.call(self.request(Method::DELETE, &["api-keys", &id.to_string()]))
    }
}
