//! Completions, manual pages, and the documentation's address.

use contact_testing::Backend;
use tokio::time::timeout;

use crate::process::{TEST_TIMEOUT, finish, program};
use crate::stage::Stage;

#[tokio::test]
async fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = finish(program(&["completions", shell])).await.text();
        for word in ["update", "custom-field", "lead-source", "whoami"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
    }
    finish(program(&["completions", "cmd"])).await.refusal(2);
}

#[tokio::test]
async fn the_manual_has_a_page_for_each_command() {
    let page = finish(program(&["man"])).await.text();
    assert!(page.contains(".TH contacts 1") && page.contains("Exit codes:"), "{page}");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("man1");
    assert_eq!(finish(program(&["man", "--dir", path.to_str().unwrap()])).await.text(), "");
    for page in ["contacts.1", "contacts-update.1", "contacts-custom-field-create.1"] {
        assert!(path.join(page).exists(), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn open_docs_prints_the_address_of_the_server() {
    let stage = Stage::start(Backend::Sqlite).await;
    let address = stage.run(&["open-docs", "--print"]).await.text();
    assert_eq!(address, format!("{}/docs\n", stage.company.server.url));
    let refused = stage.run(&["open-docs", "--url", "file:///etc"]).await.refusal(2);
    assert!(refused.contains("is not a web address"));
}

/// The browser is what the desktop calls `xdg-open`.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_opens_the_documentation() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::start(Backend::Sqlite).await;
    let directory = stage.directory.path();
    let opened = directory.join("opened");
    // It renames what it wrote, so that the file is whole as soon as it is there.
    let script = format!("#!/bin/sh\necho \"$1\" > {0}.part\n/bin/mv {0}.part {0}\n", opened.display());
    std::fs::write(directory.join("xdg-open"), script).unwrap();
    std::fs::set_permissions(directory.join("xdg-open"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = stage.program(&["open-docs"]);
    finish({
        command.env("PATH", directory);
        command
    })
    .await
    .text();
    // The program does not wait for the browser.
    let is_opened = async {
        while !opened.exists() {
            tokio::task::yield_now().await;
        }
    };
    timeout(TEST_TIMEOUT, is_opened).await.expect("the browser is opened");
    assert_eq!(std::fs::read_to_string(opened).unwrap(), format!("{}/docs\n", stage.company.server.url));
}
