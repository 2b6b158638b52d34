//! The exit codes of the binary: 0 all is well, 1 a fault was found, 2 it could not run.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn xtask(args: &[&str], file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(args).arg("--file").arg(file).output().unwrap()
}

#[test]
fn openapi_tells_fresh_from_stale_from_unreadable() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("openapi.yaml");
    let check = |file: &Path| xtask(&["openapi", "check"], file);

    assert_eq!(check(&file).status.code(), Some(1), "there is no file yet");
    assert_eq!(xtask(&["openapi", "generate"], &file).status.code(), Some(0));
    assert_eq!(check(&file).status.code(), Some(0), "it was just generated");

    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("openapi: 3.1", "openapi: 3.2", 1)).unwrap();
    let stale = check(&file);
    assert_eq!(stale.status.code(), Some(1), "it was changed by hand");
    let output = String::from_utf8(stale.stdout).unwrap();
    assert!(output.contains("-openapi: 3.2"), "{output}");
    assert!(output.contains("cargo xtask openapi generate"), "{output}");

    let unreadable = check(directory.path());
    assert_eq!(unreadable.status.code(), Some(2), "a directory is no file");
    assert!(String::from_utf8(unreadable.stderr).unwrap().contains("cannot read"));
}
