//! Interrupted runs clean up and print what they wait for.

use std::process::Stdio;

use contact_testing::{Backend, Received};
use rustix::process::Signal;
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::gate::Gate;
use crate::process::{Finished, read_until, send_signal, wait, wait_after};
use crate::stage::Stage;

fn start(mut command: Command, gate: &Gate) -> Child {
    command.env("CONTACTS_URL", &gate.server.url).stderr(Stdio::piped()).spawn().unwrap()
}

fn is_update(request: &Received) -> bool {
    request.method == "PATCH"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ctrl_c_stops_the_run_and_cleans_up() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.company, |_| true).await;
    let mut child = start(stage.program(&["conformance", "--decided"]), &gate);
    gate.let_through(20).await;
    let held = gate.next().await;
    send_signal(&child, Signal::INT);
    // The note is printed while the request is running.
    let stderr = read_until(child.stderr.as_mut().unwrap(), "stopping after this case").await;
    drop((held, gate));
    let Finished { code, stderr, .. } = wait_after(child, stderr).await;
    assert_eq!(code, Some(130), "{stderr}");
    assert!(stderr.contains("interrupted") && stderr.contains("0 failed"), "{stderr}");
    assert_eq!(stage.json(&["list"]).await.as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_the_terminal_stops_the_run_and_restores_the_contact() {
    let stage = Stage::start(Backend::Sqlite).await;
    let id = stage.id(&["create", "--notes", "as it was"]).await;
    let before = stage.json(&["get", &id]).await;
    let mut gate = Gate::before(&stage.company, is_update).await;
    let mut child = start(stage.program(&["conformance", "--contact-id", &id]), &gate);
    gate.let_through(4).await;
    let held = gate.next().await;
    send_signal(&child, Signal::HUP);
    let stderr = read_until(child.stderr.as_mut().unwrap(), "stopping").await;
    // The shell sends another signal.
    send_signal(&child, Signal::HUP);
    drop((held, gate));
    let Finished { code, stderr, .. } = wait_after(child, stderr).await;
    assert_eq!(code, Some(130), "{stderr}");
    assert_eq!(stage.json(&["get", &id]).await, before);
    assert!(!stage.directory.path().join(format!("conformance-{id}.json")).exists(), "the backup is removed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_ctrl_c_stops_at_once_and_the_backup_remains() {
    let stage = Stage::start(Backend::Sqlite).await;
    let id = stage.id(&["create", "--notes", "as it was"]).await;
    let mut gate = Gate::before(&stage.company, is_update).await;
    let mut child = start(stage.program(&["conformance", "--contact-id", &id]), &gate);
    gate.let_through(4).await;
    let held = gate.next().await;
    send_signal(&child, Signal::INT);
    let stderr = read_until(child.stderr.as_mut().unwrap(), "stopping").await;
    send_signal(&child, Signal::INT);
    let Finished { code, stderr, .. } = wait_after(child, stderr).await;
    drop((held, gate));
    assert_eq!(code, Some(130), "{stderr}");
    let kept = std::fs::read(stage.directory.path().join(format!("conformance-{id}.json"))).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&kept).unwrap()["notes"], "as it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_under_nohup_ignores_a_hangup() {
    let stage = Stage::start(Backend::Sqlite).await;
    let mut gate = Gate::before(&stage.company, |_| true).await;
    let mut command = Command::new("/bin/sh");
    // As nohup does.
    let shell = "trap '' HUP; exec \"$0\" conformance --only update.empty --output json";
    command.args(["-c", shell, env!("CARGO_BIN_EXE_contacts")]).env_clear();
    command.env("CONTACTS_API_KEY", &stage.company.key).stdout(Stdio::piped()).kill_on_drop(true);
    let child = start(command, &gate);
    gate.let_through(10).await;
    let held = gate.next().await;
    send_signal(&child, Signal::HUP);
    drop((held, gate));
    let Finished { code, stderr, .. } = wait(child).await;
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!stderr.contains("stopping"), "{stderr}");
}
