//! A server that is not quite the real one: it forwards requests to the real one, and alters them or the responses.

use contact_testing::{Received, ScriptedServer, TestCompany, TestResponse};
use reqwest::header::AUTHORIZATION;
use serde_json::Value;

/// What is altered of a response.
pub(super) type Alter = fn(&Received, &mut TestResponse);

/// The key that the altered server takes. It is of another form than the real one's.
pub(super) const FOREIGN_KEY: &str = "another-servers.key-1";

/// Starts a server that forwards requests with the key of a company.
pub(super) async fn start(
    company: &TestCompany,
    alter_request: fn(&mut Received),
    alter_response: Alter,
) -> ScriptedServer {
    let company = company.clone();
    ScriptedServer::start_async(move |mut request| {
        let company = company.clone();
        async move {
            if let Some(key) = request.headers.get_mut(AUTHORIZATION) {
                *key = key.to_str().unwrap().replace(FOREIGN_KEY, &company.key).parse().unwrap();
            }
            alter_request(&mut request);
            let mut response = company.forward(&request).await;
            alter_response(&request, &mut response);
            response.into()
        }
    })
    .await
}

/// Alters the body of a response, if it is JSON.
pub(super) fn alter_json(response: &mut TestResponse, alter: impl FnOnce(&mut Value)) {
    if let Ok(mut json) = serde_json::from_str(&response.body) {
        alter(&mut json);
        response.body = json.to_string();
    }
}
