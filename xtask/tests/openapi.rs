//! `cargo xtask openapi`: the file is written once, and a difference is shown.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::fs;

use xtask::openapi::{check, generate};

#[test]
fn file_is_written_only_if_it_differs() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("openapi.yaml");
    assert!(check(&path, "a: 1\n").unwrap_err().to_string().contains("cargo xtask openapi generate"));
    assert!(generate(&path, "a: 1\n").unwrap());
    assert_eq!(check(&path, "a: 1\n").unwrap(), None);
    assert!(!generate(&path, "a: 1\n").unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), "a: 1\n");
}

#[test]
fn check_shows_a_diff() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("openapi.yaml");
    fs::write(&path, "a: 1\nb: 2\nc: 3\n").unwrap();
    insta::assert_snapshot!(check(&path, "a: 1\nb: 4\nc: 3\n").unwrap().unwrap(), @"
    --- in the repository
    +++ generated
    @@ -1,3 +1,3 @@
     a: 1
    -b: 2
    +b: 4
     c: 3
    ");
}
