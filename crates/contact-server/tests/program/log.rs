//! What is written to standard error.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use reqwest::{Method, Url};
use serde_json::json;

use crate::caller::http;
use crate::process::{Server, finish, on};

on_both_databases!(
    the_most_talkative_log_holds_no_key_and_no_password,
    a_log_that_goes_to_a_file_has_no_colours,
    a_quiet_server_writes_nothing,
);

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

        let bearer = format!("Bearer {key}");
        let (longer, basic) = (format!("{key}x"), format!("Basic {key}"));
        for sent in [&key, &second, &bearer, &unknown, &longer, &basic] {
            for (method, path) in [(Method::POST, "/contacts/"), (Method::GET, "/nowhere")] {
                let request = http().request(method, format!("{}{path}", server.url));
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

async fn a_log_that_goes_to_a_file_has_no_colours(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let mut command = on(database.url(), &["--listen", "127.0.0.1:0"]);
    command.env("RUST_LOG", "debug");
    let log = Server::spawn(command).await.stop().await.stderr;
    let coloured = log.lines().find(|line| line.contains('\u{1b}'));
    assert!(!log.is_empty());
    assert_eq!(coloured, None);
}

async fn a_quiet_server_writes_nothing(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let caller = server.caller(&server.first_key().await);
    caller.create(&json!({})).await;
    assert_eq!(caller.get("/nowhere").await.0, 404);
    let log = server.stop().await.stderr;
    assert_eq!(log, "", "nothing went wrong, so there is nothing to say");
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
