//! A flag takes precedence over the environment, which takes precedence over the default.

use std::path::Path;

use contact_testing::private_directory;
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::caller::http;
use crate::process::{Server, finish, program};

#[tokio::test]
async fn database_is_set_by_flag_then_environment_then_default() {
    let directory = private_directory();
    let exists = |file: &str| directory.path().join(file).exists();
    let migrate = |arguments: &[&'static str], environment: Option<&'static str>| {
        let mut command = program(arguments.iter().copied().chain(["migrate"]));
        command.current_dir(directory.path());
        command.envs(environment.map(|url| ("DATABASE_URL", url)));
        finish(command)
    };

    migrate(&["--database-url", "sqlite://flag.db"], Some("sqlite://environment.db")).await.text();
    assert!(exists("flag.db") && !exists("environment.db") && !exists("data"), "the flag takes precedence");
    migrate(&[], Some("sqlite://environment.db")).await.text();
    assert!(exists("environment.db") && !exists("data"), "the environment takes precedence over the default");
    migrate(&[], None).await.text();
    assert!(exists("data/contacts.db"), "the default creates its directory");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn address_is_set_by_flag_then_environment_then_default() {
    let (directory, taken) = (private_directory(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let occupied = taken.local_addr().unwrap().to_string();
    let flag = server(directory.path(), &["--listen", "127.0.0.1:0"], Some(&occupied));
    Server::spawn(flag).await.stop().await.text();

    let environment = Server::try_spawn(server(directory.path(), &[], Some(&occupied))).await;
    let line = environment.err().expect("the address of the environment is in use").error_line();
    assert!(line.contains(&occupied), "it takes precedence over the default: {line}");

    // The default port may be in use on this machine; the output contains it in either case.
    let output = match Server::try_spawn(server(directory.path(), &[], None)).await {
        Ok(server) => server.stop().await.text(),
        Err(refused) => refused.error_line(),
    };
    assert!(output.contains("127.0.0.1:8080"), "{output}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flag_before_or_after_serve_is_never_ignored() {
    let (directory, taken) = (private_directory(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let occupied = taken.local_addr().unwrap().to_string();
    for arguments in [["serve", "--listen", "127.0.0.1:0"], ["--listen", "127.0.0.1:0", "serve"]] {
        // A server that ignores the flag uses the address of the environment, which is in use.
        match Server::try_spawn(server(directory.path(), &arguments, Some(&occupied))).await {
            Ok(server) => {
                server.stop().await.text();
            }
            Err(refused) => {
                assert_eq!(refused.code, Some(2), "{arguments:?} was ignored: {refused:#?}");
                assert!(refused.stderr.contains("--listen"), "{refused:#?}");
            }
        }
    }
}

#[tokio::test]
async fn variable_that_was_renamed_is_refused_with_its_new_name() {
    for (old, new) in [
        ("CONTACT_LISTEN", "CONTACTS_LISTEN"),
        ("CONTACT_MAX_CONNECTIONS", "CONTACTS_MAX_CONNECTIONS"),
        ("CONTACTS_DATABASE_URL", "DATABASE_URL"),
    ] {
        let directory = private_directory();
        let mut command = program(["migrate"]);
        command.current_dir(directory.path()).env(old, "sqlite://contacts.db");
        let refused = finish(command).await;
        assert_eq!(refused.code, Some(2), "{refused:#?}");
        let expected = format!("error: the environment variable {old} has no effect: use {new} instead\n");
        assert!(refused.stderr.starts_with(&expected), "{refused:#?}");
        assert_eq!(directory.path().read_dir().unwrap().count(), 0, "nothing is created");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn address_may_be_a_host_name() {
    let directory = private_directory();
    let named = Server::spawn(server(directory.path(), &["--listen", "localhost:0"], None)).await;
    let ready = http().get(format!("{}/readyz", named.url)).send().await.unwrap();
    assert_eq!(ready.status(), 200, "the server listens on the printed address: {}", named.url);
    let refused = Server::try_spawn(server(directory.path(), &["--listen", "no-host.invalid:0"], None)).await;
    let line = refused.err().expect("the host name does not exist").error_line();
    assert!(line.contains("cannot listen on no-host.invalid:0"), "{line}");
    assert!(!line.contains("taken"), "the port is not the problem: {line}");
}

/// Returns the command of a server with a database in this directory and the address in the environment.
fn server(directory: &Path, arguments: &[&str], listen: Option<&str>) -> Command {
    let mut command = program(arguments.iter().copied());
    command.env("DATABASE_URL", format!("sqlite://{}/contacts.db", directory.display()));
    command.envs(listen.map(|address| ("CONTACTS_LISTEN", address)));
    command
}
