//! The examples and the Rust code of the guides, run against a real server.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use contact_client::model::{NewAgent, NewThread};
use contact_client::{Client, ContactCreate, Filters};
use contact_testing::{Backend, TestCompany, executable};

const CRATE: &str = env!("CARGO_MANIFEST_DIR");

/// A company on a server of its own, and a client of it.
async fn company() -> (TestCompany, Client) {
    let company = TestCompany::start(Backend::Sqlite).await;
    let client = Client::builder(&company.server.url, &company.key).build().unwrap();
    (company, client)
}

/// Runs an example, and returns what it prints.
async fn run(example: &str, company: &TestCompany) -> String {
    let mut command = Command::new(executable(example));
    command.env("CONTACTS_URL", &company.server.url).env("CONTACTS_API_KEY", &company.key);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn quick_start() {
    let (company, client) = company().await;
    assert_eq!(run("quick_start", &company).await, "Jane Doe: Updated\n");
    let contacts = client.list_contacts(Filters::new()).await.unwrap().into_body().results;
    assert_eq!(contacts.len(), 1);
    assert_eq!(
        (contacts[0].notes.as_deref(), &contacts[0].tags[..]),
        (Some("Called today"), &["lead".to_owned()][..])
    );
    assert_eq!(run("quick_start", &company).await, "Jane Doe: Unchanged\n");
}

#[tokio::test]
async fn follow_up_tags_only_new_leads() {
    let (company, client) = company().await;
    let lead = ContactCreate::new().tags(["lead", "vip"]).notes("Likes tea").phone_number("+14155552671");
    let id = client.create_contact(lead).await.unwrap().into_body().id();
    client.create_contact(ContactCreate::new().tags(["lead"])).await.unwrap();
    let called = ContactCreate::new().tags(["lead"]).phone_number("+14155552672");
    let called = client.create_contact(called).await.unwrap().into_body().id();
    let agent = client.create_agent(NewAgent::new("Front desk")).await.unwrap().into_body().id;
    let thread = NewThread::new(agent, "call", "completed", "outbound");
    client.record_thread(called, thread).await.unwrap();

    assert_eq!(run("follow_up", &company).await, "1 leads to call\n");
    let lead = client.get_contact(id).await.unwrap().into_body().contact;
    assert_eq!(lead.tags, ["lead", "vip", "to call"]);
    assert_eq!(lead.notes.as_deref(), Some("Likes tea"));
    assert_eq!(client.get_contact(called).await.unwrap().body().contact.tags, ["lead"]);
}

#[tokio::test]
async fn import_stores_all_contacts() {
    let (company, client) = company().await;
    assert_eq!(run("import", &company).await, "jane doe: stored\nmax muster: stored\n");
    let stored = client.list_contacts(Filters::new()).await.unwrap().into_body().results;
    assert_eq!(stored.len(), 2);
}

/// Returns the Rust blocks of a Markdown file.
fn rust_blocks(markdown: &str) -> Vec<&str> {
    let blocks = markdown.split("\n```rust").skip(1);
    blocks.map(|block| block.split_once('\n').unwrap().1.split_once("\n```").unwrap().0).collect()
}

#[test]
fn every_rust_block_of_the_guides_is_the_code_of_an_example() {
    let examples: Vec<String> = fs::read_dir(Path::new(CRATE).join("examples"))
        .unwrap()
        .map(|example| fs::read_to_string(example.unwrap().path()).unwrap())
        .collect();
    for guide in ["README.md", "../../docs/client.md"] {
        let text = fs::read_to_string(Path::new(CRATE).join(guide)).unwrap();
        let blocks = rust_blocks(&text);
        assert!(!blocks.is_empty(), "{guide} has no Rust block");
        for block in blocks {
            let is_example = examples.iter().any(|example| example.trim_end().ends_with(block));
            assert!(is_example, "this block of {guide} is not the code of an example:\n{block}");
        }
    }
}
