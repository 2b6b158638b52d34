//! Single requests that are not measured.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use ureq::{Agent, Body, http::Response};

/// A server and an API key for it.
pub(crate) struct Client<'a> {
    pub(crate) url: &'a str,
    pub(crate) key: &'a str,
}

impl Client<'_> {
    /// Reads a contact.
    pub(crate) fn contact(&self, id: &str) -> Result<Value> {
        read(agent().get(format!("{}/contacts/{id}/", self.url)).header("Authorization", self.key).call()?)
    }

    /// Creates or updates the contact that has this phone number.
    pub(crate) fn upsert(&self, phone: &str) -> Result<Value> {
        let request = agent().post(format!("{}/contacts/", self.url)).header("Authorization", self.key);
        let request =
            request.header("Content-Type", "application/json").header("Prefer", "return=representation");
        read(request.send(json!({ "phone_number": phone }).to_string())?)
    }
}

fn agent() -> Agent {
    let timeout = Some(Duration::from_secs(10));
    Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(timeout).build().into()
}

fn read(mut response: Response<Body>) -> Result<Value> {
    let body = response.body_mut().read_to_string()?;
    // A 201 instead of a 200 would mean that a contact did not exist.
    ensure!(response.status() == 200, "the server responded with {}: {body}", response.status());
    Ok(serde_json::from_str(&body)?)
}
