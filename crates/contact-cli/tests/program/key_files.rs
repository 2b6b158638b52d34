//! An API key in a file, which keeps it out of the shell's history and the list of processes.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use contact_testing::Backend;

use crate::process::finish;
use crate::stage::Stage;

fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_read_from_a_file() {
    let stage = Stage::start(Backend::Sqlite).await;
    write(&stage.directory.path().join("key"), format!("{}\n", stage.company.key));
    let url = ["--url", stage.company.server.url.as_str()];
    let flag = stage.bare(&[&["list", "--api-key-file", "key"], &url[..]].concat());
    finish(flag).await.json();
    let mut variable = stage.bare(&[&["list"], &url[..]].concat());
    variable.env("CONTACTS_API_KEY_FILE", "key");
    finish(variable).await.json();
    let login = stage.bare(&[&["login", "--api-key-file", "key"], &url[..]].concat());
    assert_eq!(finish(login).await.code, Some(0));
    finish(stage.bare(&["list"])).await.json();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flags_precede_variables_and_two_of_the_same_kind_are_refused() {
    let stage = Stage::start(Backend::Sqlite).await;
    write(&stage.directory.path().join("key"), &stage.company.key);
    write(&stage.directory.path().join("wrong"), "no key");
    let list = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = stage.bare(&[&["list", "--url", &stage.company.server.url], arguments].concat());
        command.envs(variables.iter().copied());
        finish(command)
    };
    let key = stage.company.key.as_str();
    list(&["--api-key-file", "key"], &[("CONTACTS_API_KEY", "no key")]).await.json();
    list(&["--api-key", key], &[("CONTACTS_API_KEY_FILE", "wrong")]).await.json();
    list(&[], &[("CONTACTS_API_KEY", ""), ("CONTACTS_API_KEY_FILE", "key")]).await.json();
    list(&[], &[("CONTACTS_API_KEY", key), ("CONTACTS_API_KEY_FILE", "")]).await.json();
    let refused = list(&["--api-key", key, "--api-key-file", "key"], &[]).await.refusal(2);
    assert!(refused.contains("--api-key-file") && !refused.contains(key), "{refused}");
    let both = [("CONTACTS_API_KEY", key), ("CONTACTS_API_KEY_FILE", "key")];
    let refused = list(&[], &both).await.refusal(2);
    assert!(refused.contains("CONTACTS_API_KEY_FILE") && !refused.contains(key), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_error_of_a_file_without_a_key_does_not_quote_it() {
    let stage = Stage::start(Backend::Sqlite).await;
    let path = stage.directory.path().join("key");
    for (content, code, why) in [
        (None, 1, "cannot read"),
        (Some(&b""[..]), 2, "empty"),
        (Some(b"zqmark\xff"), 2, "UTF-8"),
        (Some(b"zqmark"), 2, "the API key is invalid"),
    ] {
        content.into_iter().for_each(|content| write(&path, content));
        let list = stage.bare(&["list", "--url", &stage.company.server.url, "--api-key-file", "key"]);
        let refused = finish(list).await.refusal(code);
        assert!(refused.contains(why), "{refused}");
        assert!(!refused.contains("zqmark"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_file_that_others_can_read_causes_a_warning() {
    let stage = Stage::start(Backend::Sqlite).await;
    let path = stage.directory.path().join("key");
    write(&path, &stage.company.key);
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let list = stage.bare(&["list", "--url", &stage.company.server.url, "--api-key-file", "key"]);
    let warned = finish(list).await;
    assert_eq!(warned.code, Some(0), "{warned:#?}");
    assert!(warned.stderr.contains("chmod 600 key"), "{warned:#?}");
}
