//! The log contains no values of requests or contacts, at any level.
//!
//! Every operation is sent with marked values in all places, and the log is searched for the mark.

use std::collections::BTreeSet;

use contact_testing::{Backend, TestDatabase, described_operations, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::caller::{Caller, response};
use crate::process::{Server, finish, on_database};

on_both_databases!(log_contains_no_values_of_requests_or_contacts_at_any_level);

/// A word in every text that is sent. Its case is ignored, because names are stored in title case.
const MARK: &str = "zqmark";
/// Digits of the phone number that is sent, which is stored in other forms.
const DIGITS: [&str; 2] = ["5552671", "555-2671"];

async fn log_contains_no_values_of_requests_or_contacts_at_any_level(backend: Backend) {
    for level in
        ["trace", "debug", "off,trace", "[request]=trace,hyper=trace,sqlx=trace,rlibphonenumber=trace"]
    {
        let database = TestDatabase::new(backend).await;
        let command = |arguments: &[&str]| {
            let mut command = on_database(database.url(), arguments);
            command.env("RUST_LOG", level);
            command
        };
        let server = Server::spawn(command(&["--listen", "127.0.0.1:0"])).await;
        let key = server.first_key().await;
        let caller = server.caller(&key);
        send_all_operations(&caller).await;
        send_malformed(&server, &key).await;
        break_writes(backend, database.url()).await;
        let broken = caller.request(Method::POST, "/contacts/").json(&contact()).send().await.unwrap();
        assert!(broken.status().is_server_error(), "{broken:?}");

        let log = server.stop().await.stderr;
        assert!(level.starts_with('[') || log.contains("DEBUG"), "the log is detailed: {log}");
        assert!(log.contains("ERROR") && log.contains("failed"), "a failure is logged: {log}");
        assert_unmarked(level, &log, &key);

        let company = ["company", "create", "Zqmark Ltd", "--country", "US", "--output", "json"];
        let created = finish(command(&company)).await;
        let company: Value = serde_json::from_str(&created.stdout).unwrap();
        let company = company["id"].as_str().unwrap();
        let key =
            finish(command(&["api-key", "create", "--company", company, "--name", MARK, "--output", "json"]))
                .await;
        let secret: Value = serde_json::from_str(&key.stdout).unwrap();
        for log in [&created.stderr, &key.stderr] {
            assert_unmarked(level, log, secret["key"].as_str().unwrap());
        }
    }
}

fn assert_unmarked(level: &str, log: &str, key: &str) {
    // Every secret of a webhook begins with `whsec_`.
    for secret in [MARK, key, "whsec_"].iter().chain(&DIGITS) {
        let secret = secret.to_lowercase();
        let line = log.lines().find(|line| line.to_lowercase().contains(&secret));
        assert_eq!(line, None, "the log at {level} contains {secret}");
    }
}

fn contact() -> Value {
    json!({
        "full_name": "zqmark Zqmark", "phone_number": "(415) 555-2671", "email": "zqmark@zqmark.example",
        "tags": [MARK], "notes": MARK, "lead_source": MARK, "custom_fields": { MARK: MARK }, MARK: MARK,
    })
}

/// Returns a webhook. The server refuses to send to this name, because it is not public.
fn webhook() -> Value {
    json!({ "url": "https://localhost/zqmark", "fields": ["custom_fields.zqmark"] })
}

/// Sends requests of every operation of the description with marks, some of which are refused.
async fn send_all_operations(caller: &Caller) {
    let field = created(caller, "/custom-fields/", json!({ "name": MARK, "type": "text" })).await;
    let agent = created(caller, "/agents/", json!({ "name": MARK })).await;
    let api_key = created(caller, "/api-keys/", json!({ "name": MARK })).await;
    let (spare, spare_field) = (
        created(caller, "/agents/", json!({ "name": "zqmark b" })).await,
        created(caller, "/custom-fields/", json!({ "name": "zqmark b" })).await,
    );
    let hook = created(caller, "/webhooks/", webhook()).await;
    let spare_hook = created(caller, "/webhooks/", webhook()).await;
    let path = caller.create(&contact()).await;
    let spare_contact = caller.create(&json!({ "notes": MARK })).await;
    let spare_contact = spare_contact.trim_matches('/').rsplit('/').next();
    let merge = json!({ "from": spare_contact, "prefer": { "notes": "from" } });
    let thread = json!({ "agent_id": agent, "type": "call", "status": "completed", "direction": "inbound" });
    let items = json!({ "items": [
        { "op": "upsert", "full_name": MARK, "phone_number": "(415) 555-2671" },
        { "op": "update", "id": MARK, "notes": MARK },
        { "op": MARK },
    ] });
    let requests = [
        ("create_contact", Method::POST, "/contacts/".to_owned(), Some(contact())),
        ("update_contact", Method::PATCH, path.clone(), Some(contact())),
        ("get_contact", Method::GET, path.clone(), None),
        (
            "list_contacts",
            Method::GET,
            "/contacts/?search=zqmark&tag=zqmark&phone=%2B14155552671&custom_fields[zqmark]=zqmark"
                .to_owned(),
            None,
        ),
        ("list_duplicates", Method::GET, "/contacts/duplicates/?reason=phone".to_owned(), None),
        ("write_batch", Method::POST, "/contacts/batch/".to_owned(), Some(items)),
        ("add_tags", Method::POST, format!("{path}tags/"), Some(json!({ "tags": [MARK] }))),
        ("remove_tag", Method::DELETE, format!("{path}tags/zqmark/"), None),
        ("list_tags", Method::GET, "/tags/".to_owned(), None),
        ("rename_tag", Method::PATCH, "/tags/zqmark/".to_owned(), Some(json!({ "name": "zqmark c" }))),
        ("set_active_agent", Method::PUT, format!("{path}active-agent/"), Some(json!({ "agent_id": agent }))),
        ("record_thread", Method::POST, format!("{path}threads/"), Some(thread)),
        ("list_threads", Method::GET, format!("{path}threads/"), None),
        ("list_history", Method::GET, format!("{path}history/"), None),
        (
            "read_changes",
            Method::GET,
            "/changes/?field=custom_fields.zqmark&include=contact".to_owned(),
            None,
        ),
        ("verify_changes", Method::GET, "/changes/verify/".to_owned(), None),
        (
            "revert_changes",
            Method::POST,
            "/changes/revert/".to_owned(),
            Some(json!({ "operation_id": MARK, "request_id": MARK, "force": true })),
        ),
        ("create_agent", Method::POST, "/agents/".to_owned(), Some(json!({ "name": MARK }))),
        ("list_agents", Method::GET, "/agents/".to_owned(), None),
        ("update_agent", Method::PATCH, format!("/agents/{agent}/"), Some(json!({ "name": "zqmark d" }))),
        ("delete_agent", Method::DELETE, format!("/agents/{spare}/"), None),
        (
            "create_custom_field",
            Method::POST,
            "/custom-fields/".to_owned(),
            Some(json!({ "name": "zqmark e" })),
        ),
        ("list_custom_fields", Method::GET, "/custom-fields/".to_owned(), None),
        (
            "rename_custom_field",
            Method::PATCH,
            format!("/custom-fields/{field}/"),
            Some(json!({ "name": "zqmark f" })),
        ),
        ("delete_custom_field", Method::DELETE, format!("/custom-fields/{spare_field}/"), None),
        ("create_api_key", Method::POST, "/api-keys/".to_owned(), Some(json!({ "name": MARK }))),
        ("list_api_keys", Method::GET, "/api-keys/".to_owned(), None),
        ("revoke_api_key", Method::DELETE, format!("/api-keys/{api_key}/"), None),
        ("create_webhook", Method::POST, "/webhooks/".to_owned(), Some(webhook())),
        ("list_webhooks", Method::GET, "/webhooks/".to_owned(), None),
        ("update_webhook", Method::PATCH, format!("/webhooks/{hook}/"), Some(webhook())),
        ("rotate_webhook_secret", Method::POST, format!("/webhooks/{hook}/rotate-secret/"), None),
        ("replay_webhook", Method::POST, format!("/webhooks/{hook}/replay/"), Some(json!({ "from": 1 }))),
        (
            "resend_webhook_change",
            Method::POST,
            format!("/webhooks/{hook}/resend/"),
            Some(json!({ "sequence": 1 })),
        ),
        ("test_webhook", Method::POST, format!("/webhooks/{hook}/test/"), None),
        ("list_webhook_attempts", Method::GET, format!("/webhooks/{hook}/attempts/"), None),
        ("delete_webhook", Method::DELETE, format!("/webhooks/{spare_hook}/"), None),
        ("describe_caller", Method::GET, "/whoami/".to_owned(), None),
        ("merge_contacts", Method::POST, format!("{path}merge/"), Some(merge)),
        ("delete_contact", Method::DELETE, path.clone(), None),
        ("restore_contact", Method::POST, format!("{path}restore/"), None),
        ("delete_contact", Method::DELETE, format!("{path}?erase=true"), None),
    ];
    let sent: BTreeSet<&str> = requests.iter().map(|(id, ..)| *id).collect();
    let described = described_operations();
    assert_eq!(
        sent,
        described.iter().map(|operation| operation.id.as_str()).collect(),
        "every operation is sent"
    );
    for (number, (id, method, path, body)) in requests.iter().enumerate() {
        let query = format!("{path}{}zqmark=zqmark", if path.contains('?') { '&' } else { '?' });
        // A request without a body may delete something, so it is sent only once.
        let malformed = body.as_ref().map(|_| (path, Some("{\"zqmark\": zqmark")));
        for (path, text) in malformed.into_iter().chain([(path, None), (&query, None)]) {
            let mut request = caller.request(method.clone(), path);
            for name in ["User-Agent", "Cookie", "Origin", "Referer", "X-Forwarded-For", "Zqmark"] {
                request = request.header(name, MARK);
            }
            if path != &query {
                request = request.header("Prefer", "zqmark=zqmark, return=representation");
            }
            if text.is_some() {
                request = request.header("If-Match", "\"zqmark\"");
            } else if path != &query && *method != Method::GET {
                request = request.header("Idempotency-Key", format!("zqmark-{number}"));
            }
            request = match (text, body) {
                (Some(text), _) => request.header("Content-Type", "application/json").body(text),
                (None, Some(body)) => request.json(body),
                (None, None) => request,
            };
            let (status, body) = response(request.send().await.unwrap()).await;
            assert!(status < 500, "{id}: {status} {body}");
            let is_whole = text.is_none() && path != &query;
            assert!(!is_whole || status < 300, "{id} succeeds: {status} {body}");
        }
    }
}

/// Sends a create and returns the ID in the response.
async fn created(caller: &Caller, path: &str, body: Value) -> String {
    let (status, body) = response(caller.request(Method::POST, path).json(&body).send().await.unwrap()).await;
    assert_eq!(status, 201, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

/// Sends malformed requests, requests to unknown paths, and requests with an unknown key.
async fn send_malformed(server: &Server, key: &str) {
    let head = format!("Host: zqmark.example\r\nAuthorization: {key}");
    for request in [
        format!("ZQMARK /contacts/ HTTP/1.1\r\n{head}\r\n\r\n"),
        format!("GET /zqmark/zqmark HTTP/1.1\r\n{head}\r\n\r\n"),
        format!("GET /contacts/zqmark/ HTTP/1.1\r\n{head}\r\n\r\n"),
        format!("GET http://zqmark@zqmark.example/zqmark HTTP/1.1\r\n{head}\r\n\r\n"),
        format!("GET /zqmark HTTP/1.1\r\n{head}\r\nHost: zqmark\r\n\r\n"),
        format!("GET /zqmark HTTP/1.1\r\n{head}\r\nZqmark zqmark\r\n\r\n"),
        format!("POST /contacts/ HTTP/1.1\r\n{head}\r\nTransfer-Encoding: chunked\r\n\r\nzqmark\r\n"),
        format!("POST /contacts/ HTTP/1.1\r\n{head}\r\nContent-Length: zqmark\r\n\r\n"),
        "GET /whoami/ HTTP/1.1\r\nHost: zqmark\r\nAuthorization: Bearer zqmark\r\n\r\n".to_owned(),
        "zqmark\r\n\r\n".to_owned(),
    ] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut response = Vec::new();
        // The server may reset the connection instead of closing it.
        let _ = stream.read_to_end(&mut response).await;
    }
}

/// Makes the database refuse every new contact, with an error that contains the row.
async fn break_writes(backend: Backend, url: &str) {
    match backend {
        Backend::Sqlite => {
            let mut database = SqliteConnection::connect(url).await.unwrap();
            let trigger =
                "CREATE TRIGGER refuse BEFORE INSERT ON contacts BEGIN SELECT RAISE(ABORT, 'refused'); END";
            database.execute(trigger).await.unwrap();
        }
        Backend::Postgres => {
            let mut database = PgConnection::connect(url).await.unwrap();
            let constraint = "ALTER TABLE contacts ADD CONSTRAINT refuse CHECK (false) NOT VALID";
            database.execute(constraint).await.unwrap();
        }
    }
}
