//! The first start on an empty database, and the ones after it.

use contact_model::ProblemType;
use contact_testing::{Backend, TestDatabase, on_both_databases};
use serde_json::json;

use crate::caller::problem;
use crate::process::{Server, json};
use crate::shell_lines;

on_both_databases!(
    the_first_start_prints_a_key_and_later_ones_the_address_alone,
    the_printed_commands_work_when_pasted,
    servers_that_start_together_make_one_company_and_print_one_key,
);

/// A contact that no company has.
const NO_CONTACT: &str = "/contacts/00000000-0000-0000-0000-000000000000/";

async fn the_first_start_prints_a_key_and_later_ones_the_address_alone(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let first = Server::start(database.url()).await;
    let (url, key) = (first.url.clone(), first.first_key().await);
    let printed = first.stop().await.text();
    insta::assert_snapshot!(
        "first_start",
        printed.replace(&url, "http://127.0.0.1:PORT").replace(&key, "ctk_KEY")
    );

    let later = Server::start(database.url()).await;
    let url = later.url.clone();
    problem(later.caller(&key).get(NO_CONTACT).await, ProblemType::ContactNotFound);
    let printed = later.stop().await.text();
    insta::assert_snapshot!("later_start", printed.replace(&url, "http://127.0.0.1:PORT"));
}

async fn the_printed_commands_work_when_pasted(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let caller = server.caller(&server.first_key().await);
    let last = server.printed_line(|line| line.contains(r#""notes": "Called today""#)).await;
    let printed = server.printed();
    let (_, commands) = printed.split_once("Create a contact, then update it:\n").unwrap();
    assert!(commands.trim_end().ends_with(last.as_str()), "{commands}");

    let read = shell_lines::read_and_send(commands).await;
    check(&read);
    let path = format!("/contacts/{}/", read["id"].as_str().unwrap());
    let undo = json!({ "tags": [], "notes": null, "full_name": null });
    assert_eq!(caller.patch(&path, &undo).await.0, 200);
    // A machine without curl has done the same above, by reading what curl is told.
    if let Some(pasted) = shell_lines::paste(commands).await {
        check(&pasted);
        assert_eq!(pasted["id"], read["id"], "one phone number, so one contact");
    }
}

fn check(contact: &serde_json::Value) {
    assert_eq!(contact["name"], "Jane Doe", "{contact}");
    assert_eq!(contact["phone"], "+14155552671", "{contact}");
    assert_eq!(contact["tags"], json!(["vip"]), "{contact}");
    assert_eq!(contact["notes"], "Called today", "{contact}");
}

async fn servers_that_start_together_make_one_company_and_print_one_key(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let start = || Server::start(database.url());
    let servers: [Server; 4] = tokio::join!(start(), start(), start(), start()).into();

    let companies = json(database.url(), &["company", "list"]).await;
    assert_eq!(companies.as_array().unwrap().len(), 1, "{companies}");
    let keys = json(database.url(), &["key", "list"]).await;
    assert_eq!(keys.as_array().unwrap().len(), 1, "{keys}");

    let key = first_key_of(&servers).await;
    for server in &servers {
        problem(server.caller(&key).get(NO_CONTACT).await, ProblemType::ContactNotFound);
    }
    let mut printed = Vec::new();
    for server in servers {
        let text = server.stop().await.text();
        printed
            .extend(text.lines().map(str::trim).filter(|line| line.starts_with("ctk_")).map(str::to_owned));
    }
    assert_eq!(printed, [key], "one of them prints a key, once");
}

/// The key that one of the servers printed.
async fn first_key_of(servers: &[Server; 4]) -> String {
    let [a, b, c, d] = servers;
    tokio::select! {
        key = a.first_key() => key,
        key = b.first_key() => key,
        key = c.first_key() => key,
        key = d.first_key() => key,
    }
}
