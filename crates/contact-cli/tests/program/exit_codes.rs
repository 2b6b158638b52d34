//! The exit codes and their errors.

use contact_client::model::{Access, ApiKey, ProblemType};
use contact_testing::{Backend, ScriptedServer, refuse};

use crate::process::{finish, program};
use crate::stage::Stage;

const NO_ONE: &str = "018bab2f-5d60-7c31-9a55-8dd25736052a";

/// Standard error with what differs from run to run replaced.
fn steady(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        lines.push(if line.starts_with("  request ") { "  request ID" } else { line });
    }
    lines.join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_request_exits_with_1() {
    let stage = Stage::start(Backend::Sqlite).await;
    let id = stage.id(&["create"]).await;
    let long = "x".repeat(400);
    let refused = stage.run(&["update", &id, "--email", &long, "--full-name", &long]).await.refusal(1);
    insta::assert_snapshot!(steady(&refused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_idempotency_key_exits_with_1_and_a_tip() {
    let stage = Stage::start(Backend::Sqlite).await;
    let create = |name| ["create", "--full-name", name, "--idempotency-key", "mine"];
    let jane = stage.run(&create("jane")).await.text();
    assert_eq!(stage.run(&create("jane")).await.text(), jane, "it is answered again");
    insta::assert_snapshot!("key_reused", steady(&stage.run(&create("john")).await.refusal(1)));

    let still_running = refuse(ProblemType::StillRunning, "retry-after: 0\r\n");
    let server = ScriptedServer::start([still_running]).await;
    let running = stage.run(&[&create("jane")[..], &["--url", &server.url]].concat()).await.refusal(1);
    insta::assert_snapshot!("still_running", steady(&running));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_arguments_exit_with_2_and_a_suggestion() {
    let stage = Stage::start(Backend::Sqlite).await;
    for (line, near) in [
        (&["lits"][..], "list"),
        (&["list", "--serch", "x"], "--search"),
        (&["update", NO_ONE, "--lead-source", "manul"], "manual"),
        (&["update", NO_ONE, "--clear", "nots"], "notes"),
        (&["get", NO_ONE, "--include", "custom_field"], "custom_fields"),
        (&["list", "--output", "jsn"], "json"),
    ] {
        let refused = stage.run(line).await.refusal(2);
        assert!(refused.contains("tip:") && refused.contains(near), "{line:?}: {refused}");
    }
    for line in [&["get", "1"][..], &["update", NO_ONE, "--field", "x"], &["list", "--sort", "size"], &[]] {
        stage.run(line).await.refusal(2);
    }
    let nowhere = stage.run(&["list", "--url", "contacts.example.com"]).await.refusal(2);
    assert!(nowhere.contains("https://contacts.example.com"), "{nowhere}");
}

#[tokio::test]
async fn an_invalid_id_exits_with_2_and_an_example() {
    let key = ApiKey::from_random(rand::random());
    let record = ["--type", "call", "--status", "completed", "--direction", "inbound"];
    for (line, argument, list) in [
        (&["get", "foo"][..], "<ID>", "contacts list"),
        (&["update", "foo", "--notes", "x"], "<ID>", "contacts list"),
        (&["delete", "foo"], "<ID>", "contacts list"),
        (&["restore", "foo"], "<ID>", "contacts list"),
        (&["erase", "foo"], "<ID>", "contacts list"),
        (&["tag", "add", "foo", "vip"], "<ID>", "contacts list"),
        (&["tag", "remove", "foo", "vip"], "<ID>", "contacts list"),
        (&["thread", "list", "foo"], "<ID>", "contacts list"),
        (
            &[&["thread", "record", NO_ONE, "--agent", "foo"][..], &record].concat(),
            "--agent <ID>",
            "agent list",
        ),
        (&["active-agent", NO_ONE, "foo"], "[AGENT]", "contacts agent list"),
        (&["agent", "update", "foo"], "<ID>", "contacts agent list"),
        (&["agent", "delete", "foo"], "<ID>", "contacts agent list"),
        (&["custom-field", "rename", "foo", "Plan"], "<ID>", "contacts custom-field list"),
        (&["custom-field", "delete", "foo"], "<ID>", "contacts custom-field list"),
        (&["api-key", "revoke", "foo"], "<ID>", "contacts api-key list"),
        (&["conformance", "--contact-id", "foo"], "--contact-id <ID>", "contacts list"),
    ] {
        let address = ["--url", "http://127.0.0.1:1", "--api-key", key.reveal()];
        for id in ["foo", &format!("urn:uuid:{NO_ONE}"), &format!("{{{NO_ONE}}}"), &NO_ONE.replace('-', "")] {
            let line = [line, &address].concat();
            let line: Vec<&str> =
                line.into_iter().map(|word| if word == "foo" { id } else { word }).collect();
            let refused = finish(program(&line)).await.refusal(2);
            for part in [&format!("'{id}'"), argument, "a UUID with hyphens, such as 018bab2f-", list] {
                assert!(refused.contains(part), "{line:?}, {part}: {refused}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_instead_of_a_file_exits_with_2() {
    let stage = Stage::start(Backend::Sqlite).await;
    let directory = stage.directory.path().to_str().unwrap();
    for line in [
        &["create", "--json", directory][..],
        &["batch", "--json", directory],
        &["import", directory],
        &["export", directory, "--format", "csv"],
    ] {
        let refused = stage.run(line).await.refusal(2);
        assert!(refused.contains("is a directory") && refused.contains("tip: give the path"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_is_printed_with_a_note_to_store_it() {
    let stage = Stage::start_as_admin(Backend::Sqlite).await;
    let made = stage.run(&["api-key", "create", "--name", "reporting"]).await;
    assert_eq!((made.code, made.stderr.contains("not shown again")), (Some(0), true), "{}", made.stderr);
    let tried = stage.run(&["api-key", "create", "--dry-run"]).await;
    assert!(!tried.stderr.contains("not shown again"), "{}", tried.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_contact_exits_with_3() {
    let stage = Stage::start(Backend::Sqlite).await;
    insta::assert_snapshot!(steady(&stage.run(&["get", NO_ONE]).await.refusal(3)));
    let id = stage.id(&["create", "--email", "jane@example.com"]).await;
    assert!(stage.run(&["get", &id, "--with-phone-number"]).await.refusal(3).contains("no phone number"));
    assert!(
        stage.run(&["agent", "delete", NO_ONE, "--yes"]).await.refusal(3).contains("contacts agent list")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_key_exits_with_4_and_is_not_printed() {
    let stage = Stage::start(Backend::Sqlite).await;
    let unknown = ApiKey::from_random(rand::random());
    let refused = stage.run(&["list", "--api-key", unknown.reveal()]).await.refusal(4);
    insta::assert_snapshot!("unknown_key", steady(&refused));
    let read = stage.company.with_access(Access::Read).await.key;
    let refused = stage.run(&["create", "--full-name", "jane", "--api-key", &read]).await.refusal(4);
    insta::assert_snapshot!("read_key", steady(&refused));
    let bare = finish(stage.bare(&["list", "--url", &stage.company.server.url])).await.refusal(4);
    insta::assert_snapshot!("no_key", steady(&bare));

    let (mistyped, _) = read.split_at(read.len() - 1);
    let refused = stage.run(&["list", "--api-key", mistyped]).await.refusal(2);
    assert!(refused.contains("the API key is invalid") && !refused.contains(mistyped), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn https_to_an_http_port_exits_with_5() {
    let stage = Stage::start(Backend::Sqlite).await;
    let https = stage.company.server.url.replacen("http://", "https://", 1);
    let refused = stage.run(&["list", "--url", &https]).await.refusal(5);
    assert!(refused.starts_with(&format!("error: the server at {https} does not use HTTPS\n")), "{refused}");
    assert!(refused.contains(&format!("tip: use {}", stage.company.server.url)), "{refused}");
}

#[tokio::test]
async fn an_unreachable_server_exits_with_5() {
    let key = ApiKey::from_random(rand::random());
    // The port is bound and nothing listens on it, so connections are refused.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", taken.local_addr().unwrap());
    let refused = finish(program(&["list", "--url", &url, "--api-key", key.reveal()])).await.refusal(5);
    assert!(refused.starts_with(&format!("error: cannot connect to {url}\n")), "{refused}");
    assert!(refused.contains("refused") && refused.contains("CONTACTS_URL"), "{refused}");
}
