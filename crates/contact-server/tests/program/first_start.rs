//! The first start with an empty database, and later starts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use contact_model::ProblemType;
use contact_testing::{Backend, TestDatabase, on_both_databases, private_directory};
use serde_json::json;
use tokio::process::Command;

use crate::caller::{http, problem};
use crate::process::{Server, json, on_database, run};
use crate::{shell_lines, sql};

on_both_databases!(
    first_start_writes_a_key_file_and_later_starts_print_only_the_address,
    printed_commands_work,
    servers_started_together_create_one_company_and_one_key,
    existing_key_file_is_never_overwritten,
    no_key_file_is_left_if_the_company_cannot_be_created,
    killed_first_start_leaves_no_company_without_a_key,
    server_starts_without_the_first_key_and_its_file,
);

/// The path of a contact that does not exist.
const UNKNOWN_CONTACT: &str = "/contacts/00000000-0000-0000-0000-000000000000/";

async fn first_start_writes_a_key_file_and_later_starts_print_only_the_address(backend: Backend) {
    let (database, directory) = (TestDatabase::new(backend).await, private_directory());
    let first = Server::spawn(server_in(&database, directory.path())).await;
    let (url, key, file) = (first.url.clone(), first.first_key().await, first.first_key_file().await);
    assert_eq!(file, key_file_path(&database, directory.path()));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{key}\n"));
    let printed = first.stop().await.text();
    assert!(!printed.contains(&key), "standard output is a pipe, which may be a log: {printed}");
    let printed = printed.replace(file.to_str().unwrap(), "/PATH/first-api-key");
    insta::assert_snapshot!("first_start", printed.replace(&url, "http://127.0.0.1:PORT"));

    let later = Server::start(database.url()).await;
    let url = later.url.clone();
    problem(later.caller(&key).get(UNKNOWN_CONTACT).await, ProblemType::ContactNotFound);
    let printed = later.stop().await.text();
    insta::assert_snapshot!("later_start", printed.replace(&url, "http://127.0.0.1:PORT"));
}

async fn printed_commands_work(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let caller = server.caller(&server.first_key().await);
    let last = server.printed_line(|line| line.contains(r#""notes": "Called today""#)).await;
    let printed = server.printed();
    let (_, commands) = printed.split_once("Create a contact, then update it:\n").unwrap();
    let commands = commands.split("Use the command line client").next().unwrap();
    assert!(commands.trim_end().ends_with(last.as_str()), "{commands}");

    let read = shell_lines::send_requests(commands).await;
    check(&read);
    let path = format!("/contacts/{}/", read["id"].as_str().unwrap());
    let undo = json!({ "tags": [], "notes": null, "full_name": null });
    assert_eq!(caller.patch(&path, &undo).await.0, 200);
    // Without curl the same requests have been sent above.
    if let Some(contact) = shell_lines::run_in_shell(commands).await {
        check(&contact);
        assert_eq!(contact["id"], read["id"], "the same phone number matches the same contact");
    }
}

fn check(contact: &serde_json::Value) {
    assert_eq!(contact["name"], "Jane Doe", "{contact}");
    assert_eq!(contact["phone"], "+14155552671", "{contact}");
    assert_eq!(contact["tags"], json!(["vip"]), "{contact}");
    assert_eq!(contact["notes"], "Called today", "{contact}");
}

async fn servers_started_together_create_one_company_and_one_key(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let start = || Server::start(database.url());
    let servers: [Server; 4] = tokio::join!(start(), start(), start(), start()).into();

    let companies = json(database.url(), &["company", "list"]).await;
    assert_eq!(companies.as_array().unwrap().len(), 1, "{companies}");
    let keys = json(database.url(), &["api-key", "list"]).await;
    assert_eq!(keys.as_array().unwrap().len(), 1, "{keys}");

    let key = first_key_of(&servers).await;
    for server in &servers {
        problem(server.caller(&key).get(UNKNOWN_CONTACT).await, ProblemType::ContactNotFound);
    }
    let mut printed = Vec::new();
    for server in servers {
        let text = server.stop().await.text();
        printed.extend(text.lines().filter(|line| line.contains("Its API key is in")).map(str::to_owned));
    }
    assert_eq!(printed.len(), 1, "only one server prints the path of the file: {printed:?}");
}

/// Returns the path of the first key's file, for a server whose working directory is `working`.
fn key_file_path(database: &TestDatabase, working: &Path) -> PathBuf {
    let directory = match database.url().strip_prefix("sqlite://") {
        Some(path) => Path::new(path).parent().unwrap(),
        None => working,
    };
    directory.join("first-api-key")
}

fn server_in(database: &TestDatabase, working: &Path) -> Command {
    let mut command = on_database(database.url(), &["--listen", "127.0.0.1:0"]);
    command.current_dir(working);
    command
}

async fn existing_key_file_is_never_overwritten(backend: Backend) {
    let (database, working) = (TestDatabase::new(backend).await, private_directory());
    let file = key_file_path(&database, working.path());
    let target = working.path().join("target");
    for existing in ["file", "link"] {
        match existing {
            "file" => fs::write(&file, "another's").unwrap(),
            _ => std::os::unix::fs::symlink(&target, &file).unwrap(),
        }
        let refused = Server::try_spawn(server_in(&database, working.path())).await;
        let refused = refused.err().expect("the server does not start").error_line();
        assert!(
            refused.contains(file.to_str().unwrap()) && refused.contains("move or remove it"),
            "{refused}"
        );
        assert_eq!(json(database.url(), &["company", "list"]).await, json!([]), "no company is created");
        assert!(!target.exists(), "the link is not followed");
        assert!(existing == "link" || fs::read_to_string(&file).unwrap() == "another's");
        fs::remove_file(&file).unwrap();
    }
    Server::spawn(server_in(&database, working.path())).await.stop().await.text();
    assert!(fs::read_to_string(&file).unwrap().starts_with("ctk_"));
}

async fn no_key_file_is_left_if_the_company_cannot_be_created(backend: Backend) {
    let (database, working) = (TestDatabase::new(backend).await, private_directory());
    run(database.url(), &["migrate"]).await.text();
    sql::execute(
        &database,
        match backend {
            Backend::Sqlite => {
                "CREATE TRIGGER refuse BEFORE INSERT ON companies BEGIN SELECT RAISE(ABORT, 'no'); END"
            }
            Backend::Postgres => "ALTER TABLE companies ADD CONSTRAINT refuse CHECK (false)",
        },
    )
    .await;
    let refused = Server::try_spawn(server_in(&database, working.path())).await;
    refused.err().expect("the server does not start").error_line();
    assert!(!key_file_path(&database, working.path()).exists());
}

async fn killed_first_start_leaves_no_company_without_a_key(backend: Backend) {
    for round in 0..5_u64 {
        let (database, working) = (TestDatabase::new(backend).await, private_directory());
        let file = key_file_path(&database, working.path());
        let mut child = server_in(&database, working.path()).spawn().unwrap();
        while !file.exists() {
            assert_eq!(child.try_wait().unwrap(), None, "the server runs");
            tokio::task::yield_now().await;
        }
        // At a point between the creation of the key file and that of the company.
        tokio::time::sleep(Duration::from_micros(round * 500)).await;
        child.kill().await.unwrap();
        let companies = json(database.url(), &["company", "list"]).await;
        if companies == json!([]) {
            fs::remove_file(&file).unwrap();
        }
        let server = Server::spawn(server_in(&database, working.path())).await;
        let key = fs::read_to_string(&file).unwrap();
        problem(server.caller(key.trim()).get(UNKNOWN_CONTACT).await, ProblemType::ContactNotFound);
        server.stop().await.text();
    }
}

async fn server_starts_without_the_first_key_and_its_file(backend: Backend) {
    let (database, working) = (TestDatabase::new(backend).await, private_directory());
    let file = key_file_path(&database, working.path());
    Server::spawn(server_in(&database, working.path())).await.stop().await.text();
    let key = json(database.url(), &["api-key", "list"]).await[0]["id"].as_str().unwrap().to_owned();
    run(database.url(), &["api-key", "revoke", &key, "--yes"]).await.text();
    fs::remove_file(&file).unwrap();
    let server = Server::spawn(server_in(&database, working.path())).await;
    assert_eq!(http().get(format!("{}/readyz", server.url)).send().await.unwrap().status(), 200);
    let printed = server.stop().await.text();
    assert!(!printed.contains("first-api-key"), "{printed}");
    assert!(!file.exists(), "no new key is created");
}

/// Returns the key of the server that created it.
async fn first_key_of(servers: &[Server; 4]) -> String {
    let [a, b, c, d] = servers;
    tokio::select! {
        key = a.first_key() => key,
        key = b.first_key() => key,
        key = c.first_key() => key,
        key = d.first_key() => key,
    }
}
