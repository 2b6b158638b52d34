//! Addresses that webhooks must not have.

use contact_model::ProblemType;
use contact_server::WebhookOptions;
use contact_testing::{Backend, ScriptedServer, on_both_databases, respond};
use serde_json::json;

use super::fixture::{Hooked, fast};
use crate::fixture::bad;

on_both_databases!(private_addresses_are_refused_unless_the_operator_allows_them);

async fn private_addresses_are_refused_unless_the_operator_allows_them(backend: Backend) {
    let hooked = Hooked::start(backend, WebhookOptions { allow_private: false, ..fast() }).await;
    let receiver = ScriptedServer::start([respond(200, "", "")]).await;
    let secure = receiver.url.replace("http:", "https:");
    for url in [
        receiver.url.as_str(),
        &secure,
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://0x7f000001/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
    ] {
        let refused = hooked.company.post("/webhooks/", json!({ "url": url })).await;
        let expected = bad(&[("/url", "invalid_value")]);
        assert_eq!(refused.invalid_fields(ProblemType::InvalidFields), expected, "{url}");
    }
    // A name is checked when the server connects to its address.
    let named = secure.replace("127.0.0.1", "localhost");
    let hook = hooked.hook(&named, json!({})).await;
    let attempt = hooked.company.post(&format!("{}test/", hook.path), json!({})).await.json();
    let error = attempt["error"].as_str().unwrap();
    assert!(error.contains("the host has no public address") && !error.contains("localhost"), "{error}");
    let update = hooked.company.patch(&hook.path, json!({ "url": secure })).await;
    update.problem(ProblemType::InvalidFields);
    assert_eq!(receiver.received().len(), 0);
}
