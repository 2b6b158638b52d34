//! The file of an export: there once it is whole, and not before.

use std::path::Path;

use contact_client::model::ProblemType;
use contact_testing::{Backend, Received, ScriptedServer, Step, refuse, respond};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::timeout;

use crate::process::{TEST_TIMEOUT, finish, read_until, send_signal, wait};
use crate::stage::Stage;

const ID: &str = contact_testing::DescribedOperation::ID;

/// The names of the files in a directory.
fn files(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_existing_file_is_replaced_only_on_confirmation() {
    let stage = Stage::start(Backend::Sqlite).await;
    let id = stage.id(&["create"]).await;
    let path = stage.directory.path().join("contacts.csv");
    std::fs::write(&path, "old").unwrap();
    let file = path.to_str().unwrap();
    assert!(
        stage.run(&["export", file]).await.refusal(2).contains("--yes"),
        "there is no terminal to ask on"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
    stage.run(&["export", file, "--yes"]).await.text();
    assert!(std::fs::read_to_string(&path).unwrap().contains(&id));
    assert_eq!(files(stage.directory.path()), ["contacts.csv"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_created_during_an_export_is_not_replaced() {
    let stage = Stage::start(Backend::Sqlite).await;
    let path = stage.directory.path().join("contacts.ndjson");
    let place = path.clone();
    let server = ScriptedServer::start_with(move |request| {
        if request.parameter("cursor").is_none() {
            return list_without_end(request, &json!({}));
        }
        std::fs::write(&place, "another's").unwrap();
        respond(200, "", json!({ "results": [], "next": null, "previous": null }))
    });
    let server = server.await;
    let late = stage.run(&["export", path.to_str().unwrap(), "--url", &server.url]).await.refusal(1);
    assert!(late.contains("cannot write "), "{late}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "another's");
    assert_eq!(files(stage.directory.path()), ["contacts.ndjson"]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_target_of_a_link_is_replaced_and_not_the_link() {
    let stage = Stage::start(Backend::Sqlite).await;
    let (link, file) = (stage.directory.path().join("latest.csv"), stage.directory.path().join("day.csv"));
    std::fs::write(&file, "old").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    stage.run(&["export", link.to_str().unwrap(), "--yes"]).await.text();
    assert!(link.is_symlink());
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("id,name,"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exported_file_is_readable_only_by_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::start(Backend::Sqlite).await;
    let path = stage.directory.path().join("contacts.csv");
    stage.run(&["export", path.to_str().unwrap()]).await.text();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

/// Responds with a list without an end, the same contact on each page. The company has no custom fields.
fn list_without_end(request: &Received, custom_fields: &Value) -> Step {
    if request.url.path() == "/custom-fields/" {
        return respond(200, "", json!({ "results": [] }));
    }
    let contact = json!({
        "id": ID, "name": null, "email": null, "phone": null, "business_name": null, "notes": null, "tags": [],
        "lead_source": "api", "is_dnd": false, "profile_picture_url": null, "last_activity": null,
        "created_at": null, "custom_fields": custom_fields,
    });
    // A page that led to itself would be an error.
    let cursor = request.parameter("cursor").map_or(0, |cursor| cursor.parse::<u64>().unwrap()) + 1;
    let next = format!("/contacts/?cursor={cursor}");
    respond(200, "", json!({ "results": [contact], "next": next, "previous": null }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_export_leaves_no_file() {
    let stage = Stage::start(Backend::Sqlite).await;
    let server = ScriptedServer::start_with(|request| match request.parameter("cursor") {
        None => list_without_end(request, &json!({})),
        Some(_) => refuse(ProblemType::Internal, ""),
    });
    let server = server.await;
    let path = stage.directory.path().join("contacts.ndjson");
    let broken = stage.run(&["export", path.to_str().unwrap(), "--url", &server.url]).await.refusal(1);
    assert!(broken.contains("(500)"), "{broken}");
    assert_eq!(files(stage.directory.path()), [""; 0]);
    let piped = stage.run(&["export", "--url", &server.url]).await;
    assert_eq!((piped.code, piped.stdout.lines().count()), (Some(1), 1), "{piped:#?}");
}

/// Begins an export from a server, sends it a signal once so many requests have come, and has it end.
#[cfg(unix)]
async fn stops(stage: &Stage, server: &ScriptedServer, requests: usize, signal: rustix::process::Signal) {
    let directory = stage.directory.path();
    let path = directory.join("contacts.ndjson");
    let mut export =
        stage.program(&["export", path.to_str().unwrap(), "--url", &server.url]).spawn().unwrap();
    let is_under_way = async {
        while server.received().len() < requests {
            tokio::task::yield_now().await;
        }
    };
    timeout(TEST_TIMEOUT, is_under_way).await.expect("the export begins");
    let [beside] = files(directory).try_into().unwrap();
    assert!(beside.starts_with(".contacts.ndjson-") && beside.ends_with(".part"), "{beside}");
    send_signal(&export, signal);
    let stderr = read_until(export.stderr.as_mut().unwrap(), "the export was interrupted").await;
    assert_eq!(wait(export).await.code, Some(130), "{stderr}");
    assert_eq!(files(directory), [""; 0]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_export_leaves_no_file() {
    let stage = Stage::start(Backend::Sqlite).await;
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::HUP] {
        let server = ScriptedServer::start_with(|request| list_without_end(request, &json!({}))).await;
        stops(&stage, &server, 2, signal).await;
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_stops_an_export_while_the_server_hangs() {
    let stage = Stage::start(Backend::Sqlite).await;
    let server = ScriptedServer::start([Step::Stall(String::new())]).await;
    stops(&stage, &server, 1, rustix::process::Signal::TERM).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_custom_field_created_during_an_export_is_an_error() {
    let stage = Stage::start(Backend::Sqlite).await;
    let fields = json!({ "Plan": "gold" });
    let server = ScriptedServer::start_with(move |request| list_without_end(request, &fields)).await;
    let path = stage.directory.path().join("contacts.csv");
    let lost = stage.run(&["export", path.to_str().unwrap(), "--url", &server.url]).await.refusal(1);
    assert!(lost.contains("`Plan`") && lost.contains("export again"), "{lost}");
    assert_eq!(files(stage.directory.path()), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unwritable_path_is_an_error_before_any_request() {
    let stage = Stage::start(Backend::Sqlite).await;
    let missing = stage.directory.path().join("missing/contacts.csv");
    let refused = stage.run(&["export", missing.to_str().unwrap()]).await.refusal(1);
    assert!(refused.contains("contacts.csv\n  No such file"), "{refused}");
    let directory = stage.directory.path().join("contacts.csv");
    std::fs::create_dir(&directory).unwrap();
    let refused = stage.run(&["export", directory.to_str().unwrap(), "--yes"]).await.refusal(2);
    assert!(refused.contains("is a directory"), "{refused}");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_an_error_and_leaves_no_file() {
    let stage = Stage::start(Backend::Sqlite).await;
    stage.id(&["create", "--notes", &"x".repeat(4_000)]).await;
    let mut command = stage.program(&["export"]);
    command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
    let full = wait(command.spawn().unwrap()).await.refusal(1);
    assert!(full.contains("cannot write to standard output\n  No space left"), "{full}");

    // The limit is one block, and a program that exceeds it gets an error instead of a signal.
    let path = stage.directory.path().join("contacts.csv");
    let shell = "trap '' XFSZ; ulimit -f 1; exec \"$0\" export \"$1\"";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", shell, env!("CARGO_BIN_EXE_contacts")]).arg(&path).env_clear();
    command.env("CONTACTS_URL", &stage.company.server.url).env("CONTACTS_API_KEY", &stage.company.key);
    let full = finish(command).await.refusal(1);
    assert!(full.contains("contacts.csv\n  File too large"), "{full}");
    assert_eq!(files(stage.directory.path()), [""; 0]);
}
