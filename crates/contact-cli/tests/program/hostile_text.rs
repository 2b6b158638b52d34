//! Texts of others that a terminal would obey: in every place of what the server sends, of files and of arguments, and in
//! every form of output.

use std::collections::BTreeSet;
use std::path::Path;

use contact_client::model::ApiKey;
use contact_client::model::changes::{ChangeCursor, ChangeHash};
use contact_testing::{Received, ScriptedServer, Step, respond};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::help::{commands, help};
use crate::process::{Finished, finish, program};
use crate::terminal::ended_on_a_terminal;

/// Clears the screen, sets a colour by one byte of C1, reverses text, begins and erases lines, and is a formula.
const HOSTILE: &str = "=x\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{200f}\u{61c}\u{85}\u{2028}\u{7f}\u{8}\u{7}\ry";
/// A part of what a terminal shows instead, in every form.
const SHOWN: &str = "\\u202e\\u2066\\u200f\\u061c";
const ID: &str = "018bab2f-5d60-7c31-9a55-8dd25736052a";
const TIME: &str = "2023-11-07T05:31:56Z";

/// A key of the right form.
fn key() -> String {
    ApiKey::from_random(1).reveal().to_owned()
}

fn contact() -> Value {
    json!({
        "id": ID, "name": HOSTILE, "email": HOSTILE, "phone": HOSTILE, "business_name": HOSTILE, "notes": HOSTILE,
        "tags": [HOSTILE], "lead_source": "api", "is_dnd": false, "profile_picture_url": HOSTILE,
        "last_activity": null, "created_at": TIME, "first_name": HOSTILE, "last_name": HOSTILE,
        "custom_fields": { HOSTILE: [HOSTILE] }, "updated_at": TIME,
    })
}

fn thread() -> Value {
    json!({
        "id": ID, "agent_name": HOSTILE, "agent_id": ID, "type": HOSTILE, "status": HOSTILE, "direction": HOSTILE,
        "duration": 1.5, "created_at": TIME,
    })
}

fn change() -> Value {
    json!({
        "sequence": 1, "contact_id": ID, "action": "updated", "at": TIME, "key": { "id": ID, "name": HOSTILE },
        "request_id": HOSTILE, "operation_id": HOSTILE, "changed": { HOSTILE: { "before": HOSTILE, "after": HOSTILE } },
        "hash": "0".repeat(64),
    })
}

fn receipt() -> Value {
    json!({
        "action": "updated", "matched_by": null, "changed": { HOSTILE: { "before": HOSTILE, "after": HOSTILE } },
        "normalised": { HOSTILE: { "sent": HOSTILE, "stored": HOSTILE } }, "coerced": {}, "ignored": [HOSTILE],
        "repeated": [HOSTILE],
    })
}

/// What is wrong, with a status.
fn problem(status: u16) -> Step {
    let bad = json!({ "pointer": HOSTILE, "code": "wrong_type", "detail": HOSTILE });
    respond(
        status,
        "",
        json!({
            "type": HOSTILE, "title": HOSTILE, "status": status, "detail": HOSTILE, "request_id": HOSTILE, "errors": [bad],
        }),
    )
}

/// What a hostile server responds with.
fn response(request: &Received) -> Step {
    let path = request.url.path();
    let page = |entry: Value| respond(200, "", json!({ "results": [entry], "next": null }));
    let wants_receipt = request.header("prefer") == Some("return=receipt");
    let agent = json!({ "id": ID, "name": HOSTILE, "active": true, "created_at": TIME });
    let field =
        json!({ "id": ID, "name": HOSTILE, "type": "select", "options": [HOSTILE], "created_at": TIME });
    let key = json!({
        "id": ID, "name": HOSTILE, "hint": HOSTILE, "access": "read", "created_at": TIME, "expires_at": null,
        "revoked_at": null,
        "last_used_at": null,
    });
    let webhook = json!({
        "id": ID, "url": HOSTILE, "actions": null, "fields": [HOSTILE], "active": false, "created_at": TIME,
        "sequence": 1, "failures": 0, "failing_since": null, "next_attempt_at": null, "disabled_at": null,
        "disabled_reason": HOSTILE, "previous_secret_until": null,
    });
    match (request.method.as_str(), path) {
        ("GET", "/contacts/") => {
            let mut next = url::form_urlencoded::Serializer::new("/contacts/?".to_owned());
            let list = json!({ "results": [contact()], "next": next.append_pair("cursor", HOSTILE).finish(), "count": 7 });
            if request.parameter("cursor").is_none() { respond(200, "", list) } else { page(contact()) }
        }
        ("POST", "/contacts/batch/") => {
            let refused = json!({
                "status": 400, "id": null, "ignored": [HOSTILE],
                "problem": {
                    "type": HOSTILE, "title": HOSTILE, "status": 400, "detail": HOSTILE,
                    "errors": [{ "pointer": HOSTILE, "code": "wrong_type", "detail": HOSTILE }],
                },
            });
            respond(200, "", json!({ "results": [refused] }))
        }
        ("POST", "/changes/revert/") => respond(
            200,
            "",
            json!({
                "reverted": 0, "left": 1, "next_cursor": null,
                "results": [{
                    "contact_id": ID, "action": "unchanged", "reverted": [HOSTILE],
                    "left": [{ "field": HOSTILE, "reason": "changed_since" }],
                }],
            }),
        ),
        ("GET", path) if path.ends_with("/threads/") => page(thread()),
        ("GET", path) if path.ends_with("/history/") => page(change()),
        ("GET", "/changes/") => {
            let cursor = ChangeCursor::new(1, ChangeHash::START);
            respond(200, "", json!({ "results": [change()], "cursor": cursor, "more": false }))
        }
        ("GET", "/contacts/duplicates/") => {
            let mut other = contact();
            other["id"] = json!("3c90c3cc-0d44-4b50-8888-8dd25736052a");
            page(json!({ "reason": "phone", "count": 2, "contacts": [contact(), other] }))
        }
        ("GET", path) if path.starts_with("/contacts/") => {
            let mut detail = contact();
            detail["active_chat_agent"] = json!({ "id": ID, "name": HOSTILE, "active": true });
            detail["recent_activity"] = json!([thread()]);
            respond(200, "", detail)
        }
        ("PATCH", path) if path.starts_with("/contacts/") => {
            // Names that were ignored, as Display Strings.
            let ignored: String = HOSTILE.bytes().map(|byte| format!("%{byte:02x}")).collect();
            let both = json!({ "contact": contact(), "receipt": receipt() });
            let body = if wants_receipt { both } else { contact() };
            respond(200, &format!("ignored-fields: %\"{ignored}\"\r\n"), body)
        }
        ("GET", "/tags/") => page(json!({ "tag": HOSTILE, "contacts": 1 })),
        ("PATCH", path) if path.starts_with("/tags/") => {
            respond(200, "", json!({ "tag": HOSTILE, "changed": 1 }))
        }
        ("GET", "/agents/") => page(agent),
        ("POST", "/agents/") => respond(201, "", agent),
        ("GET", "/custom-fields/") => respond(200, "", json!({ "results": [field] })),
        ("GET", "/api-keys/") => page(key),
        ("GET", "/webhooks/") => page(webhook),
        ("GET", path) if path.ends_with("/attempts/") => {
            let attempt = json!({
                "at": TIME, "sequence": 1, "outcome": "failed", "status": 500, "error": HOSTILE, "duration_ms": 1,
            });
            respond(200, "", json!({ "results": [attempt], "set_aside": [] }))
        }
        ("GET", "/whoami/") => respond(
            200,
            "",
            json!({
                "company": { "id": ID, "name": HOSTILE, "country": "US" },
                "api_key": { "id": ID, "name": HOSTILE, "access": "admin", "expires_at": null },
            }),
        ),
        ("DELETE", path) if path.starts_with("/contacts/") => problem(404),
        _ => problem(409),
    }
}

/// A hostile server, with files and a profile in a directory.
struct Stage {
    server: ScriptedServer,
    directory: TempDir,
}

impl Stage {
    async fn start() -> Self {
        let server = ScriptedServer::start_with(response).await;
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
        file(
            "people.csv",
            &format!("\"Name {HOSTILE}\",Email,Name\n{HOSTILE}@example.com,a@example.com,\"{HOSTILE}\"\n"),
        );
        file("body.json", &json!({ "items": [], HOSTILE: HOSTILE }).to_string());
        std::fs::create_dir(directory.path().join("contacts")).unwrap();
        let profile = json!(format!("{HOSTILE}\n"));
        // A string of JSON is one of TOML, except that TOML wants DEL escaped.
        let profile = profile.to_string().replace('\u{7f}', "\\u007f");
        file(
            "contacts/profiles.toml",
            &format!("[profile.{profile}]\nurl = {profile}\napi_key = \"{}\"\n", key()),
        );
        Self { server, directory }
    }

    fn variables(&self) -> [(&str, String); 3] {
        [("CONTACTS_URL", self.server.url.clone()), ("CONTACTS_API_KEY", key()), ("NO_COLOR", "1".to_owned())]
    }

    /// What a terminal gets of a run.
    async fn on_a_terminal(&self, typed: &str, arguments: &[&str]) -> String {
        let variables = self.variables();
        let variables: Vec<(&str, &str)> =
            variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // Wide enough that no line is broken.
        ended_on_a_terminal(4_000, self.directory.path(), &variables, typed, arguments).await.bytes
    }

    /// A run without a terminal.
    async fn run(&self, arguments: &[&str]) -> Finished {
        let mut command = program(arguments);
        command.current_dir(self.directory.path());
        command.env("CONTACTS_CONFIG", self.directory.path().join("contacts/profiles.toml"));
        finish({
            command.envs(self.variables());
            command
        })
        .await
    }
}

/// Commands whose result is printed in each form of `--output`, and whether they show the hostile text in it.
const RESULTS: &[&[&str]] = &[
    &["list"],
    &["list", "--all", "--include", "first_name,custom_fields"],
    &["get", ID],
    &["history", ID],
    &["update", ID, "--notes", "x"],
    &["update", ID, "--notes", "x", "--receipt"],
    &["batch", "--json", "body.json"],
    &["tag", "list"],
    &["tag", "rename", "a", "b"],
    &["agent", "list"],
    &["agent", "create", "x"],
    &["thread", "list", ID],
    &["custom-field", "list"],
    &["api-key", "list"],
    &["webhook", "list"],
    &["webhook", "attempts", ID],
    &["profiles"],
    &["whoami"],
    &["watch", "--once"],
    &["import", "people.csv", "--failed", "/dev/null"],
];

/// Commands that print something else.
const OTHERS: &[&[&str]] = &[
    &[
        "list",
        "--columns",
        "name,custom_fields.=x\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{200f}\u{61c}\u{85}\u{2028}\u{7f}\u{8}\u{7}\ry",
        "--output",
        "table",
    ],
    &["export", "--format", "csv"],
    &["export", "--format", "ndjson"],
    &["export", "--format", "vcard"],
    &["import", "people.csv", "--preview"],
    &["update", ID, "--json", "body.json", "--preview"],
    // Errors of the server.
    &["delete", ID],
    &["erase", ID, "--yes"],
    &["restore", ID],
    &["merge", ID, ID],
    &["duplicates"],
    &["merge-duplicates", "--reason", "phone", "--dry-run"],
    &["create"],
    &["undo", "--change", "7", "--yes"],
    &["active-agent", ID, ID],
    // Errors that quote arguments: the program's own, and those of the parser.
    &["list", "--columns", HOSTILE],
    &["get", HOSTILE],
    &["list", HOSTILE],
    &[HOSTILE],
    &["login", "--url", HOSTILE],
    &["logout", "--profile", HOSTILE],
    &["list", "--url", "http://127.0.0.1:9/", "--profile", HOSTILE],
    &["conformance", "--only", "tag"],
];

/// Commands that show nothing of others.
const STEADY: &[&str] = &["open-docs", "completions", "man", "mirror", "change-hash"];

/// The forms that `--output` takes, as the program itself lists them.
async fn forms() -> Vec<String> {
    let refused = finish(program(&["list", "--output", "none"])).await.refusal(2);
    let (_, forms) = refused.split_once("[possible values: ").unwrap();
    let forms: Vec<_> = forms.split_once(']').unwrap().0.split(", ").map(str::to_owned).collect();
    assert!(forms.len() >= 5, "{forms:?}");
    forms
}

/// Holds a terminal's bytes against what may come of a hostile text.
fn assert_safe(bytes: &str, arguments: &[&str]) {
    let is_obeyed = |character: &char| {
        matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || character.is_control() && *character != '\n'
    };
    // The terminal puts a carriage return before a line feed, and a progress bar is erased so.
    let text = bytes.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r\u{1b}[2K", "");
    let found: Vec<char> = text.chars().filter(is_obeyed).collect();
    assert!(found.is_empty(), "{arguments:?}: {found:?} in {bytes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn control_characters_are_escaped_on_a_terminal() {
    let stage = Stage::start().await;
    let forms = forms().await;
    let mut without = Vec::new();
    for result in RESULTS {
        for form in &forms {
            let arguments = [result, &["--output", form.as_str()][..]].concat();
            let bytes = stage.on_a_terminal("", &arguments).await;
            assert_safe(&bytes, &arguments);
            if !bytes.contains(SHOWN) {
                without.push((arguments, bytes));
            }
        }
        let arguments = [result, &["--quiet"][..]].concat();
        assert_safe(&stage.on_a_terminal("", &arguments).await, &arguments);
    }
    for arguments in OTHERS {
        let bytes = stage.on_a_terminal("", arguments).await;
        assert_safe(&bytes, arguments);
        if !bytes.contains(SHOWN) {
            without.push((arguments.to_vec(), bytes));
        }
    }
    assert!(without.is_empty(), "these runs show nothing of others: {without:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_escaped_on_a_terminal() {
    let stage = Stage::start().await;
    let file = format!("{HOSTILE}.csv");
    std::fs::write(stage.directory.path().join(&file), "").unwrap();
    let arguments = ["export", &file];
    let bytes = stage.on_a_terminal("n\n", &arguments).await;
    assert_safe(&bytes, &arguments);
    assert!(bytes.contains(SHOWN) && bytes.contains("[y/N]"), "{bytes}");
}

#[tokio::test]
async fn every_command_is_tested_with_hostile_text() {
    let known: BTreeSet<&str> =
        RESULTS.iter().chain(OTHERS).map(|arguments| arguments[0]).chain(STEADY.iter().copied()).collect();
    for command in commands(&help(&[]).await) {
        assert!(known.contains(command.as_str()), "{command} is in none of the tables");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_is_unchanged_outside_terminals() {
    let stage = Stage::start().await;
    let formula = |text: &str| json!(text).to_string();
    for form in forms().await {
        let printed = stage.run(&["get", ID, "--output", &form]).await.text();
        let name = match form.as_str() {
            "json" | "ndjson" => serde_json::from_str::<Value>(&printed).unwrap()["name"].clone(),
            "yaml" => yaml_serde::from_str::<Value>(&printed).unwrap()["name"].clone(),
            "csv" => {
                let mut reader = csv::Reader::from_reader(printed.as_bytes());
                let column = reader.headers().unwrap().iter().position(|name| name == "name").unwrap();
                let cell = reader.records().next().unwrap().unwrap()[column].to_owned();
                assert_eq!(cell, formula(HOSTILE), "no spreadsheet starts it");
                serde_json::from_str(&cell).unwrap()
            }
            // A table is for people, wherever it is printed.
            "table" => {
                assert_safe(&printed, &["get"]);
                continue;
            }
            other => panic!("how is a text read back from {other}?"),
        };
        assert_eq!(name, HOSTILE, "{form}");
    }
    assert_eq!(stage.run(&["tag", "list", "--quiet"]).await.text(), format!("{HOSTILE}\n"));
    let refused = stage.run(&["delete", ID]).await.refusal(1);
    assert!(refused.contains(&HOSTILE.replace('\r', " ")), "each message is one line: {refused:?}");
}

/// Texts reach a stream, and cells a CSV file, in one place each, so that no new form of output can forget to escape them.
#[test]
fn only_one_module_writes_to_each_stream_and_csv() {
    const WRITERS: [(&str, &str); 5] = [
        ("stdout().lock", "output/printer.rs"),
        ("!(io::stderr()", "output/messages.rs"),
        ("stderr().lock", "output/messages.rs"),
        ("anstream::std", ""),
        ("csv::Writer", "output/csv_line.rs"),
    ];
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut directories = vec![source.clone()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let file = path.strip_prefix(&source).unwrap().to_str().unwrap();
            if path.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let program = text.split("#[cfg(test)]").next().unwrap();
            for (word, writers) in WRITERS {
                assert!(!program.contains(word) || writers.contains(file), "{file} has `{word}`");
            }
        }
    }
}
