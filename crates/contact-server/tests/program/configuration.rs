//! A flag wins over the environment, which wins over the default.

use std::path::Path;

use contact_testing::private_directory;
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::caller::http;
use crate::process::{Server, finish, program};

#[tokio::test]
async fn the_database_is_told_by_flag_then_environment_then_default() {
    let directory = private_directory();
    let has = |file: &str| directory.path().join(file).exists();
    let migrate = |arguments: &[&'static str], environment: Option<&'static str>| {
        let mut command = program(arguments.iter().copied().chain(["migrate"]));
        command.current_dir(directory.path());
        command.envs(environment.map(|url| ("DATABASE_URL", url)));
        finish(command)
    };

    migrate(&["--database-url", "sqlite://flag.db"], Some("sqlite://environment.db")).await.text();
    assert!(has("flag.db") && !has("environment.db") && !has("data"), "the flag wins");
    migrate(&[], Some("sqlite://environment.db")).await.text();
    assert!(has("environment.db") && !has("data"), "the environment wins over the default");
    migrate(&[], None).await.text();
    assert!(has("data/contacts.db"), "the default makes its directory");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_is_told_by_flag_then_environment_then_default() {
    let (directory, taken) = (private_directory(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let occupied = taken.local_addr().unwrap().to_string();
    let flag = server(directory.path(), &["--listen", "127.0.0.1:0"], Some(&occupied));
    Server::spawn(flag).await.stop().await.text();

    let environment = Server::try_spawn(server(directory.path(), &[], Some(&occupied))).await;
    let line = environment.err().expect("the environment's address is taken").refusal();
    assert!(line.contains(&occupied), "it wins over the default: {line}");

    // The default port may be taken on the machine that tests; either way the program names it.
    let said = match Server::try_spawn(server(directory.path(), &[], None)).await {
        Ok(server) => server.stop().await.text(),
        Err(refused) => refused.refusal(),
    };
    assert!(said.contains("127.0.0.1:8080"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flag_beside_the_word_serve_is_heard_or_refused() {
    let (directory, taken) = (private_directory(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let occupied = taken.local_addr().unwrap().to_string();
    for arguments in [["serve", "--listen", "127.0.0.1:0"], ["--listen", "127.0.0.1:0", "serve"]] {
        // Whoever does not hear the flag takes the environment's address, which is taken.
        match Server::try_spawn(server(directory.path(), &arguments, Some(&occupied))).await {
            Ok(server) => {
                server.stop().await.text();
            }
            Err(refused) => {
                assert_eq!(refused.status.code(), Some(2), "{arguments:?} was not heard: {refused:#?}");
                assert!(refused.stderr.contains("--listen"), "{refused:#?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_may_be_a_name() {
    let directory = private_directory();
    let named = Server::spawn(server(directory.path(), &["--listen", "localhost:0"], None)).await;
    let ready = http().get(format!("{}/readyz", named.url)).send().await.unwrap();
    assert_eq!(ready.status(), 200, "it answers where it says: {}", named.url);
    let refused = Server::try_spawn(server(directory.path(), &["--listen", "no-host.invalid:0"], None)).await;
    let line = refused.err().expect("nobody can listen there").refusal();
    assert!(line.contains("cannot listen on no-host.invalid:0"), "{line}");
    assert!(!line.contains("taken"), "the port is not what is wrong: {line}");
}

/// A server on a database in this directory, with the address of the environment.
fn server(directory: &Path, arguments: &[&str], listen: Option<&str>) -> Command {
    let mut command = program(arguments.iter().copied());
    command.env("DATABASE_URL", format!("sqlite://{}/contacts.db", directory.display()));
    command.envs(listen.map(|address| ("CONTACT_LISTEN", address)));
    command
}
