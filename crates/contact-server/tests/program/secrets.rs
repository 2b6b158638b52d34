//! Whatever is logged, no secret is.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use reqwest::{Client, Method, Url};
use serde_json::json;

use crate::process::{Server, finish, on};

on_both_databases!(the_most_talkative_log_holds_no_key_and_no_password);

/// A password that must not be repeated.
const PASSWORD: &str = "kept-to-myself-4711";

async fn the_most_talkative_log_holds_no_key_and_no_password(backend: Backend) {
    for format in ["text", "json"] {
        let database = TestDatabase::new(backend).await;
        let (url, password) = with_password(database.url());
        let talkative = |arguments: &[&str]| {
            let mut command = on(&url, arguments);
            command.env("RUST_LOG", "trace");
            command
        };
        let server = Server::spawn(talkative(&["--listen", "127.0.0.1:0", "--log-format", format])).await;
        let key = server.first_key().await;
        let company = finish(talkative(&["company", "list", "--output", "json"])).await;
        let company: serde_json::Value = serde_json::from_str(&company.stdout).unwrap();
        let company = company[0]["id"].as_str().unwrap();
        let created = finish(talkative(&["key", "create", "--company", company, "--output", "json"])).await;
        let second: serde_json::Value = serde_json::from_str(&created.stdout).unwrap();
        let second = second["key"].as_str().unwrap().to_owned();
        // Of the right form, but no one's.
        let unknown = contact_model::ApiKey::from_random(7).reveal().to_owned();

        let http = Client::builder().no_proxy().build().unwrap();
        for sent in
            [&key, &second, &format!("Bearer {key}"), &unknown, &format!("{key}x"), &format!("Basic {key}")]
        {
            for (method, path) in [(Method::POST, "/contacts/"), (Method::GET, "/nowhere")] {
                let request = http.request(method, format!("{}{path}", server.url));
                request.header("Authorization", sent).json(&json!({})).send().await.unwrap();
            }
        }

        let log = server.stop().await.stderr;
        assert!(log.contains("DEBUG") && log.contains("/nowhere"), "the log is talkative: {log}");
        for log in [&log, &created.stderr] {
            for secret in [&key, &second, &unknown, &password] {
                let line = log.lines().find(|line| line.contains(secret.as_str()));
                assert_eq!(line, None, "a {format} log holds a secret");
            }
        }
    }
}

/// The address with a password in it. A server that asks for none takes any; one that asks has it in
/// its address already.
fn with_password(url: &str) -> (String, String) {
    let mut parsed: Url = url.parse().unwrap();
    if parsed.scheme() == "sqlite" {
        return (url.to_owned(), PASSWORD.to_owned());
    }
    if let Some(password) = parsed.password() {
        return (url.to_owned(), format!(":{password}@"));
    }
    parsed.set_password(Some(PASSWORD)).unwrap();
    (parsed.into(), PASSWORD.to_owned())
}
