//! Interrupted runs clean up and print what they wait for.

use std::process::Stdio;
use std::sync::{Condvar, Mutex};

use contact_testing::Backend;
use rustix::process::Signal;
use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use wiremock::MockServer;

use super::altered_server::{self, Asked, FOREIGN_KEY};
use crate::process::{PATIENCE, finished, read_until, send};
use crate::stage::Stage;

/// Holds requests back until it is opened.
struct Gate(Mutex<(usize, bool)>, Condvar);

impl Gate {
    const fn new() -> Self {
        Self(Mutex::new((0, false)), Condvar::new())
    }

    /// Passes the first requests and holds back the others.
    fn pass(&self, first: usize) {
        let mut state = self.0.lock().unwrap();
        state.0 += 1;
        self.1.notify_all();
        if state.0 > first {
            let (_open, late) = self.1.wait_timeout_while(state, PATIENCE, |state| !state.1).unwrap();
            assert!(!late.timed_out(), "the gate is opened");
        }
    }

    /// Waits until this many requests have arrived.
    fn wait_for(&self, count: usize) {
        let state = self.0.lock().unwrap();
        let (_state, late) = self.1.wait_timeout_while(state, PATIENCE, |state| state.0 < count).unwrap();
        assert!(!late.timed_out(), "the run is under way");
    }

    fn open(&self) {
        self.0.lock().unwrap().1 = true;
        self.1.notify_all();
    }
}

fn started(mut command: Command, server: &MockServer) -> Child {
    command.env("CONTACTS_URL", server.uri()).env("CONTACTS_API_KEY", FOREIGN_KEY);
    command.stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for the end of a run, and returns its exit code and its complete standard error.
async fn stderr_of(child: Child, mut stderr: String) -> (Option<i32>, String) {
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the run ends").unwrap();
    let finished = finished(output);
    stderr += &finished.stderr;
    (finished.code, stderr)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ctrl_c_stops_the_run_and_cleans_up() {
    static GATE: Gate = Gate::new();
    let stage = Stage::start(Backend::Sqlite).await;
    let server = altered_server::start(&stage.server, &stage.company, |_| GATE.pass(20), |_, _| {}).await;
    let mut child = started(stage.program(&["conformance", "--decided"]), &server);
    tokio::task::spawn_blocking(|| GATE.wait_for(21)).await.unwrap();
    send(&child, Signal::INT);
    // The note is printed while the request is running.
    let stderr = read_until(child.stderr.as_mut().unwrap(), "stopping after this case").await;
    GATE.open();
    let (code, stderr) = stderr_of(child, stderr).await;
    assert_eq!(code, Some(130), "{stderr}");
    assert!(stderr.contains("interrupted") && stderr.contains("0 failed"), "{stderr}");
    assert_eq!(stage.json(&["list"]).await.as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_the_terminal_stops_the_run_and_restores_the_contact() {
    static GATE: Gate = Gate::new();
    let stage = Stage::start(Backend::Sqlite).await;
    let id = stage.id(&["create", "--notes", "as it was"]).await;
    let before = stage.json(&["get", &id]).await;
    let holds_updates = |asked: &mut Asked| {
        if asked.method == "PATCH" {
            GATE.pass(4);
        }
    };
    let server = altered_server::start(&stage.server, &stage.company, holds_updates, |_, _| {}).await;
    let mut child = started(stage.program(&["conformance", "--contact-id", &id]), &server);
    tokio::task::spawn_blocking(|| GATE.wait_for(5)).await.unwrap();
    send(&child, Signal::HUP);
    let stderr = read_until(child.stderr.as_mut().unwrap(), "stopping").await;
    // The shell sends another signal.
    send(&child, Signal::HUP);
    GATE.open();
    let (code, stderr) = stderr_of(child, stderr).await;
    assert_eq!(code, Some(130), "{stderr}");
    assert_eq!(stage.json(&["get", &id]).await, before);
    assert!(!stage.directory.path().join(format!("conformance-{id}.json")).exists(), "the backup is removed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_ctrl_c_stops_at_once_and_the_backup_remains() {
    static GATE: Gate = Gate::new();
    let stage = Stage::start(Backend::Sqlite).await;
    let id = stage.id(&["create", "--notes", "as it was"]).await;
    let holds_updates = |asked: &mut Asked| {
        if asked.method == "PATCH" {
            GATE.pass(4);
        }
    };
    let server = altered_server::start(&stage.server, &stage.company, holds_updates, |_, _| {}).await;
    let mut child = started(stage.program(&["conformance", "--contact-id", &id]), &server);
    tokio::task::spawn_blocking(|| GATE.wait_for(5)).await.unwrap();
    send(&child, Signal::INT);
    let stderr = read_until(child.stderr.as_mut().unwrap(), "stopping").await;
    send(&child, Signal::INT);
    let (code, stderr) = stderr_of(child, stderr).await;
    GATE.open();
    assert_eq!(code, Some(130), "{stderr}");
    let kept = std::fs::read(stage.directory.path().join(format!("conformance-{id}.json"))).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&kept).unwrap()["notes"], "as it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_under_nohup_ignores_a_hangup() {
    static GATE: Gate = Gate::new();
    let stage = Stage::start(Backend::Sqlite).await;
    let server = altered_server::start(&stage.server, &stage.company, |_| GATE.pass(10), |_, _| {}).await;
    let mut command = Command::new("/bin/sh");
    // As nohup does.
    let shell = "trap '' HUP; exec \"$0\" conformance --only update.empty --output json";
    command.args(["-c", shell, env!("CARGO_BIN_EXE_contacts")]).env_clear();
    command.stdout(Stdio::piped()).kill_on_drop(true);
    let child = started(command, &server);
    tokio::task::spawn_blocking(|| GATE.wait_for(11)).await.unwrap();
    send(&child, Signal::HUP);
    GATE.open();
    let (code, stderr) = stderr_of(child, String::new()).await;
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!stderr.contains("stopping"), "{stderr}");
}
