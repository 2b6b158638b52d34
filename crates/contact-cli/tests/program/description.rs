//! The program against the API's description: every operation at its method and path, with every parameter
//! that it has.

use contact_client::model::ApiKey;
use contact_testing::{DescribedOperation, Received, ScriptedServer, described_operations, respond};

use crate::process::{finish_with_input, program};

const ID: &str = DescribedOperation::ID;
const TAG: &str = DescribedOperation::TAG;

/// For each operation, a command line with all its parameters.
const COMMANDS: &[(&str, &[&str])] = &[
    (
        "create_contact",
        &["create", "--full-name", "x", "--match", "reject", "--strict", "--include", "updated_at"],
    ),
    (
        "get_contact",
        &["get", ID, "--with-phone-number", "--if-none-match", "\"a\"", "--include", "updated_at"],
    ),
    (
        "update_contact",
        &["update", ID, "--notes", "x", "--strict", "--include", "updated_at", "--if-match", "\"a\""],
    ),
    (
        "delete_contact",
        &["erase", ID, "--yes", "--receipt", "--include", "updated_at", "--if-match", "\"a\""],
    ),
    ("restore_contact", &["restore", ID, "--receipt", "--include", "updated_at", "--if-match", "\"a\""]),
    ("list_duplicates", &["duplicates", "--reason", "phone", "--limit", "10", "--cursor", "c"]),
    (
        "merge_contacts",
        &[
            "merge",
            ID,
            ID,
            "--prefer",
            "email",
            "--receipt",
            "--include",
            "updated_at",
            "--if-match",
            "\"a\"",
            "--strict",
        ],
    ),
    (
        "write_batch",
        &[
            "batch",
            "--receipt",
            "--include",
            "updated_at",
            "--json",
            "-",
            "--atomic",
            "--strict",
            "--match",
            "email",
        ],
    ),
    (
        "set_active_agent",
        &["active-agent", ID, ID, "--strict", "--include", "updated_at", "--if-match", "\"a\""],
    ),
    ("list_history", &["history", ID, "--limit", "10", "--cursor", "c"]),
    ("read_changes", &["watch", "--after", "latest", "--action", "created", "--field", "name", "--contact"]),
    ("verify_changes", &["change-hash", "7"]),
    ("revert_changes", &["undo", "--change", "7", "--strict", "--dry-run"]),
    ("list_threads", &["thread", "list", ID, "--limit", "10", "--cursor", "c"]),
    (
        "record_thread",
        &[
            "thread",
            "record",
            "--receipt",
            "--include",
            "updated_at",
            ID,
            "--agent",
            ID,
            "--type",
            "call",
            "--status",
            "missed",
            "--direction",
            "inbound",
            "--strict",
            "--if-match",
            "\"a\"",
        ],
    ),
    ("add_tags", &["tag", "add", ID, TAG, "--strict", "--include", "updated_at", "--if-match", "\"a\""]),
    (
        "remove_tag",
        &["tag", "remove", ID, TAG, "--receipt", "--include", "updated_at", "--if-match", "\"a\""],
    ),
    ("rename_tag", &["tag", "rename", TAG, "lead", "--strict"]),
    ("list_tags", &["tag", "list", "--limit", "10", "--cursor", "c"]),
    ("list_agents", &["agent", "list", "--limit", "10", "--cursor", "c"]),
    ("create_agent", &["agent", "create", "Front desk", "--strict"]),
    ("update_agent", &["agent", "update", ID, "--active", "false", "--strict"]),
    ("delete_agent", &["agent", "delete", ID, "--dry-run"]),
    ("list_custom_fields", &["custom-field", "list"]),
    ("create_custom_field", &["custom-field", "create", "Plan", "--strict"]),
    ("rename_custom_field", &["custom-field", "rename", ID, "Tariff", "--strict"]),
    ("delete_custom_field", &["custom-field", "delete", ID, "--dry-run"]),
    ("list_api_keys", &["api-key", "list", "--limit", "10", "--cursor", "c"]),
    ("create_api_key", &["api-key", "create", "--strict"]),
    ("revoke_api_key", &["api-key", "revoke", ID, "--dry-run"]),
    ("list_webhooks", &["webhook", "list", "--limit", "10", "--cursor", "c"]),
    ("create_webhook", &["webhook", "create", "https://example.com", "--strict"]),
    ("update_webhook", &["webhook", "update", ID, "--active", "true", "--strict"]),
    ("delete_webhook", &["webhook", "delete", ID, "--dry-run"]),
    ("rotate_webhook_secret", &["webhook", "rotate-secret", ID, "--dry-run"]),
    ("replay_webhook", &["webhook", "replay", ID, "--from", "1", "--strict"]),
    ("resend_webhook_change", &["webhook", "resend", ID, "1", "--strict"]),
    ("test_webhook", &["webhook", "test", ID, "--dry-run"]),
    ("list_webhook_attempts", &["webhook", "attempts", ID]),
    ("describe_caller", &["whoami"]),
];

/// One command cannot use every parameter of a list: `--count` lists no contacts, and `--deleted` takes no filters.
const LIST: [&[&str]; 3] = [
    &[
        "list",
        "--search",
        "jan",
        "--email",
        "jane@example.com",
        "--phone",
        "+14155552671",
        "--tag",
        "vip",
        "--lead-source",
        "api",
        "--dnd",
        "false",
        "--has-phone",
        "true",
        "--created-after",
        "2026-01-31T09:00:00Z",
        "--created-before",
        "2026-01-31T09:00:00Z",
        "--updated-after",
        "2026-01-31T09:00:00Z",
        "--updated-before",
        "2026-01-31T09:00:00Z",
        "--field",
        "Plan=gold",
        "--sort",
        "-name",
        "--include",
        "updated_at",
        "--limit",
        "10",
        "--cursor",
        "c",
    ],
    &["list", "--count"],
    &["list", "--deleted"],
];

/// Returns the last request that the program sends to a server that refuses everything.
async fn sent(arguments: &[&str]) -> Received {
    let server = ScriptedServer::start([respond(418, "", "")]).await;
    let key = ApiKey::from_random(rand::random());
    let mut command = program(arguments);
    command.env("CONTACTS_URL", &server.url).env("CONTACTS_API_KEY", key.reveal());
    let finished = finish_with_input(command, r#"{"items": []}"#).await;
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(5), ""), "{arguments:?}: {finished:#?}");
    let sent = server.received().pop().unwrap_or_else(|| panic!("{arguments:?} sends something"));
    assert_eq!(sent.headers["authorization"], key.reveal());
    assert!(sent.headers["user-agent"].to_str().unwrap().starts_with("contacts/"));
    sent
}

#[tokio::test]
async fn every_operation_and_parameter_is_offered_by_a_command() {
    for operation in described_operations() {
        if operation.id == "list_contacts" {
            let mut list = sent(LIST[0]).await;
            for (arguments, flag) in [(LIST[1], "count"), (LIST[2], "deleted")] {
                let flagged = sent(arguments).await;
                assert!(flagged.url.query_pairs().any(|(name, value)| name == flag && value == "true"));
                list.url.query_pairs_mut().append_pair(flag, "true");
            }
            operation.assert_sent(list.method.as_str(), &list.url, &list.headers);
            continue;
        }
        let command = COMMANDS.iter().find(|(id, _)| *id == operation.id);
        let (_, arguments) = command.unwrap_or_else(|| panic!("no command does {}", operation.id));
        let mut arguments = arguments.to_vec();
        if operation.has("operation-id") {
            arguments.extend(["--operation-id", "import/7"]);
        }
        let sent = sent(&arguments).await;
        operation.assert_sent(sent.method.as_str(), &sent.url, &sent.headers);
    }
}
