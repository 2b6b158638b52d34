//! Single requests, for what is not measured.

use std::time::Duration;

use anyhow::Result;

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// `GET url/path`
pub(super) fn get(url: &str, path: &str, key: &str) -> Result<Answer> {
    let request = agent().get(format!("{url}{path}")).header("Authorization", key);
    read(request.call()?)
}

/// `POST url/path`, asking for the contact in the answer.
pub(super) fn post(url: &str, path: &str, key: &str, body: &str) -> Result<Answer> {
    let request = agent()
        .post(format!("{url}{path}"))
        .header("Authorization", key)
        .header("Content-Type", "application/json")
        .header("Prefer", "return=representation");
    read(request.send(body)?)
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(10)))
        .build()
        .into()
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Result<Answer> {
    let status = response.status().as_u16();
    Ok(Answer { status, body: response.body_mut().read_to_string()? })
}
