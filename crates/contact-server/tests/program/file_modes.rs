//! The permissions of the files of a SQLite database.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::process::{Server, on_database, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_database_is_accessible_only_to_its_owner_for_any_umask() {
    for umask in ["000", "022", "077"] {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("deep/data");
        let path = directory.join("contacts.db");
        let url = format!("sqlite://{}", path.display());
        let server = Server::spawn(under_umask(umask, &url)).await;
        let caller = server.caller(&server.first_key().await);
        caller.create(&serde_json::json!({})).await;
        for directory in [folder.path().join("deep"), directory] {
            assert_eq!(mode(&directory), 0o700, "umask {umask}: {}", directory.display());
        }
        for file in files(&path) {
            assert_eq!(mode(&file), 0o600, "umask {umask}: {}", file.display());
        }
        server.stop().await.text();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn warning_about_a_readable_database_contains_commands_to_fix_it() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("it's data");
    let path = directory.join("contacts.db");
    let url = format!("sqlite://{}", path.display());
    let server = Server::start(&url).await;
    server.first_key().await;
    fs::set_permissions(&directory, Permissions::from_mode(0o755)).unwrap();
    for file in files(&path) {
        fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
    }

    let listed = run(&url, &["company", "list"]).await;
    assert!(listed.code == Some(0), "{listed:#?}");
    let warnings: Vec<&str> = listed.stderr.lines().collect();
    assert_eq!(warnings.len(), 4, "{listed:#?}");
    for (warning, path) in warnings.iter().zip([vec![directory.clone()], files(&path)].concat()) {
        assert!(warning.contains("WARN"), "{warning}");
        assert!(warning.contains(&format!("can access {},", path.display())), "{warning}");
        let command = warning.split('`').nth(1).unwrap();
        assert!(Command::new("sh").args(["-c", command]).status().await.unwrap().success(), "{command}");
    }
    assert_eq!(mode(&directory), 0o700);
    for file in files(&path) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    run(&url, &["company", "list"]).await.text();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sticky_directory_causes_no_warning() {
    let folder = tempfile::tempdir().unwrap();
    let shared = folder.path().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::set_permissions(&shared, Permissions::from_mode(0o1777)).unwrap();
    run(&format!("sqlite://{}/contacts.db", shared.display()), &["migrate"]).await.text();
}

/// Returns the command of a server with this umask.
fn under_umask(umask: &str, database_url: &str) -> Command {
    let server = on_database(database_url, &["--listen", "127.0.0.1:0"]);
    let server = server.as_std();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")]).arg(server.get_program());
    command.args(server.get_args()).env_clear().kill_on_drop(true);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    command
}

/// Returns the paths of the database file, its write-ahead log and the index of the log.
fn files(path: &Path) -> Vec<PathBuf> {
    ["", "-wal", "-shm"].iter().map(|suffix| PathBuf::from(format!("{}{suffix}", path.display()))).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}
