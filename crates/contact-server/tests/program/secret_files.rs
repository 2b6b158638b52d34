//! `--database-url-file`: the URL of the database in a file, which keeps its password out of the list of processes.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use contact_testing::{Backend, TestDatabase, on_both_databases, private_directory};
use tokio::process::Command;

use crate::process::{Finished, Server, finish, program};

on_both_databases!(url_is_read_from_a_file);

/// Returns a command with this working directory and these environment variables.
fn command(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = program(arguments.iter().copied());
    command.current_dir(directory).envs(variables.iter().copied());
    command
}

fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

async fn url_is_read_from_a_file(backend: Backend) {
    let (database, directory) = (TestDatabase::new(backend).await, private_directory());
    write(&directory.path().join("url"), format!("{}\n", database.url()));
    let listen = ["--listen", "127.0.0.1:0"];
    let flag = command(directory.path(), &[&["--database-url-file", "url"], &listen[..]].concat(), &[]);
    let server = Server::spawn(flag).await;
    server.first_key().await;
    server.stop().await.text();
    let variable = command(directory.path(), &["company", "list"], &[("DATABASE_URL_FILE", "url")]);
    assert!(finish(variable).await.text().contains("My company"));
    let flag = command(directory.path(), &["company", "list", "--database-url-file", "url"], &[]);
    assert!(finish(flag).await.text().contains("My company"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flags_take_precedence_over_variables_and_conflicts_are_refused() {
    let directory = private_directory();
    write(&directory.path().join("url"), "sqlite://file.db");
    let migrate = async |arguments: &[&str], variables: &[(&str, &str)]| {
        let done = finish(command(directory.path(), &[&["migrate"], arguments].concat(), variables)).await;
        let created = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut created: Vec<String> = created.map(|name| name.into_string().unwrap()).collect();
        created.retain(|name| name.ends_with(".db"));
        for name in &created {
            fs::remove_file(directory.path().join(name)).unwrap();
        }
        (done, created)
    };
    let (url, file) = (["--database-url", "sqlite://flag.db"], ["--database-url-file", "url"]);
    let (url_variable, file_variable) =
        (("DATABASE_URL", "sqlite://variable.db"), ("DATABASE_URL_FILE", "url"));
    assert_eq!(migrate(&file, &[url_variable]).await.1, ["file.db"]);
    assert_eq!(migrate(&url, &[file_variable]).await.1, ["flag.db"]);
    for (arguments, variables, name) in [
        (&[&url[..], &file[..]].concat()[..], &[][..], "--database-url-file"),
        (&[], &[url_variable, file_variable], "DATABASE_URL_FILE"),
    ] {
        let (refused, created) = migrate(arguments, variables).await;
        assert_eq!((refused.code, created), (Some(2), Vec::new()), "{refused:#?}");
        assert!(refused.stderr.contains(name), "{refused:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn error_about_an_invalid_file_does_not_contain_its_content() {
    let directory = private_directory();
    let path = directory.path().join("url");
    let list = async || {
        finish(command(directory.path(), &["company", "list", "--database-url-file", "url"], &[])).await
    };
    for (content, why) in [
        (None, "cannot be read"),
        (Some(&b""[..]), "empty"),
        (Some(b"\n"), "empty"),
        (Some(b"postgres://a:zqmark@localhost/\xff"), "UTF-8"),
        (Some(b"mysql://a:zqmark@localhost/a"), "sqlite:// or postgres://"),
        (Some(b"postgres://a:zqmark@localhost:port/a"), "cannot be read"),
    ] {
        content.into_iter().for_each(|content| write(&path, content));
        let refused = list().await.error_line();
        assert!(refused.contains(why) && !refused.contains("zqmark"), "{refused}");
        assert!(refused.contains("url"), "the error contains the file or the flag: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn file_readable_by_others_causes_a_warning() {
    let directory = private_directory();
    let path = directory.path().join("url");
    write(&path, "sqlite://file.db");
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let migrate = async || -> Finished {
        finish(command(directory.path(), &["migrate", "--database-url-file", "url"], &[])).await
    };
    let warned = migrate().await;
    assert!(warned.code == Some(0) && warned.stderr.lines().count() == 1, "{warned:#?}");
    let command = warned.stderr.split('`').nth(1).unwrap();
    assert!(Command::new("sh").args(["-c", command]).status().await.unwrap().success(), "{command}");
    migrate().await.text();
}
