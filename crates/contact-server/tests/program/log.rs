//! The log on standard error.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use reqwest::{Method, Url};
use serde_json::json;

use crate::caller::http;
use crate::process::{Server, finish, json, on_database};

on_both_databases!(
    most_detailed_log_contains_no_key_and_no_password,
    log_file_has_no_colours,
    log_is_empty_without_errors,
    access_log_has_a_line_for_each_request_without_personal_data,
    log_contains_the_route_but_not_the_path,
);

/// A password that must not appear in the output.
const PASSWORD: &str = "secret-password-4711";

async fn most_detailed_log_contains_no_key_and_no_password(backend: Backend) {
    for format in ["text", "json"] {
        let database = TestDatabase::new(backend).await;
        let (url, password) = with_password(database.url());
        let verbose = |arguments: &[&str]| {
            let mut command = on_database(&url, arguments);
            command.env("RUST_LOG", "trace");
            command
        };
        let server = Server::spawn(verbose(&["--listen", "127.0.0.1:0", "--log-format", format])).await;
        let key = server.first_key().await;
        let company = finish(verbose(&["company", "list", "--output", "json"])).await;
        let company: serde_json::Value = serde_json::from_str(&company.stdout).unwrap();
        let company = company[0]["id"].as_str().unwrap();
        let created = finish(verbose(&["api-key", "create", "--company", company, "--output", "json"])).await;
        let second: serde_json::Value = serde_json::from_str(&created.stdout).unwrap();
        let second = second["key"].as_str().unwrap().to_owned();
        // A valid key that does not exist.
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
        assert!(log.contains("DEBUG") && log.contains("/contacts/"), "the log is detailed: {log}");
        for log in [&log, &created.stderr] {
            for secret in [&key, &second, &unknown, &password] {
                let line = log.lines().find(|line| line.contains(secret.as_str()));
                assert_eq!(line, None, "a {format} log contains a secret");
            }
        }
    }
}

async fn log_file_has_no_colours(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let mut command = on_database(database.url(), &["--listen", "127.0.0.1:0"]);
    command.env("RUST_LOG", "debug");
    let server = Server::spawn(command).await;
    http().get(format!("{}/healthz", server.url)).send().await.unwrap();
    let log = server.stop().await.stderr;
    let coloured = log.lines().find(|line| line.contains('\u{1b}'));
    assert!(!log.is_empty());
    assert_eq!(coloured, None);
}

async fn log_is_empty_without_errors(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let caller = server.caller(&server.first_key().await);
    caller.create(&json!({})).await;
    assert_eq!(caller.get("/nowhere").await.0, 404);
    let log = server.stop().await.stderr_without_audit();
    assert_eq!(log, "", "nothing is logged without an error");
}

async fn access_log_has_a_line_for_each_request_without_personal_data(backend: Backend) {
    for format in ["text", "json"] {
        let database = TestDatabase::new(backend).await;
        let mut command = on_database(database.url(), &["--listen", "127.0.0.1:0", "--log-format", format]);
        command.env("RUST_LOG", "info");
        let server = Server::spawn(command).await;
        let key = server.first_key().await;
        let company = json(database.url(), &["company", "list"]).await[0]["id"].as_str().unwrap().to_owned();
        let caller = server.caller(&key);
        let contact = caller.create(&json!({ "full_name": "secret-name" })).await;
        let requests = [
            (Method::GET, format!("{contact}?pn=secret-value"), 400, "/contacts/{contact_id}/", true),
            (
                Method::DELETE,
                format!("{contact}tags/secret-tag/"),
                200,
                "/contacts/{contact_id}/tags/{tag}/",
                true,
            ),
            (Method::GET, "/secret-path".to_owned(), 404, "none", false),
        ];
        for (number, (method, path, status, ..)) in requests.iter().enumerate() {
            let request = caller.request(method.clone(), path);
            let response = request.header("X-Request-Id", format!("request-{number}")).send().await.unwrap();
            assert_eq!(response.status(), *status, "{path}");
        }
        let log = server.stop().await.stderr;
        for secret in ["secret", &key, contact.as_str()] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
        let lines: Vec<&str> =
            log.lines().filter(|line| line.contains("contact_server::access_log")).collect();
        assert_eq!(lines.len(), 1 + requests.len(), "the create has a line, too: {log}");
        for (number, (method, _, status, route, knows_company)) in requests.iter().enumerate() {
            let line = lines[1 + number];
            assert_eq!(line.contains(&company), *knows_company, "{line}");
            if format == "json" {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                let fields = &line["fields"];
                assert_eq!((&fields["method"], &fields["status"]), (&json!(method.as_str()), &json!(status)));
                let id = json!(format!("request-{number}"));
                assert_eq!((&fields["route"], &fields["request_id"]), (&json!(route), &id));
                assert!(fields["duration_us"].is_u64() && line["level"] == "INFO", "{line}");
            } else {
                let expected = format!("method={method} route=\"{route}\" status={status} duration_us=");
                assert!(line.contains(&expected), "{expected} is not in {line}");
                assert!(line.contains(&format!("request_id=\"request-{number}\"")), "{line}");
            }
        }
    }
}

async fn log_contains_the_route_but_not_the_path(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let mut command = on_database(database.url(), &["--listen", "127.0.0.1:0"]);
    command.env("RUST_LOG", "contact_server=trace");
    let server = Server::spawn(command).await;
    let caller = server.caller(&server.first_key().await);
    let rename = caller.request(Method::PATCH, "/tags/secret-tag/").json(&json!({ "name": "secret-name" }));
    assert_eq!(rename.send().await.unwrap().status(), 200);
    assert_eq!(caller.get("/secret-path").await.0, 404);
    let log = server.stop().await.stderr;
    assert!(log.contains("DEBUG") && log.contains("/tags/{tag}/"), "{log}");
    assert!(!log.contains("secret"), "{log}");
}

/// Returns the URL with a password, and the password. A PostgreSQL server that needs no password accepts any.
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
