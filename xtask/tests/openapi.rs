//! The generated file: the same text every time, and a diff that shows what changed.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::fs;

use serde_json::json;
use xtask::openapi::{Freshness, check, generate, render};

#[test]
fn the_text_says_where_it_comes_from_and_ends_in_one_newline() {
    let text = render(&json!({"openapi": "3.1.0", "info": {"title": "Contacts"}})).unwrap();
    insta::assert_snapshot!(text, @r"
    # Generated from the server's routes by `cargo xtask openapi generate`. Do not edit.
    openapi: 3.1.0
    info:
      title: Contacts
    ");
    assert!(text.ends_with("Contacts\n"));
}

#[test]
fn extensions_stand_last_and_in_order_whatever_order_they_come_in() {
    let one = render(&json!({"schema": {"x-b": 1, "type": "string", "x-a": 2, "format": "uuid"}})).unwrap();
    let two = render(&json!({"schema": {"x-a": 2, "type": "string", "format": "uuid", "x-b": 1}})).unwrap();
    assert_eq!(one, two);
    assert!(one.ends_with("  type: string\n  format: uuid\n  x-a: 2\n  x-b: 1\n"), "{one}");
}

#[test]
fn generating_makes_the_file_fresh_and_then_leaves_it_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("openapi.yaml");
    assert_eq!(check(&path, "a: 1\n").unwrap(), Freshness::Missing);
    assert!(generate(&path, "a: 1\n").unwrap());
    assert_eq!(check(&path, "a: 1\n").unwrap(), Freshness::Fresh);
    assert!(!generate(&path, "a: 1\n").unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), "a: 1\n");
}

#[test]
fn a_stale_file_is_shown_as_a_unified_diff() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("openapi.yaml");
    fs::write(&path, "openapi: 3.1.0\ninfo:\n  title: Contacts\n").unwrap();
    let Freshness::Stale(diff) = check(&path, "openapi: 3.1.0\ninfo:\n  title: People\n").unwrap() else {
        panic!("the file differs");
    };
    insta::assert_snapshot!(diff, @r"
    --- openapi.yaml (in the tree)
    +++ openapi.yaml (generated)
    @@ -1,3 +1,3 @@
     openapi: 3.1.0
     info:
    -  title: Contacts
    +  title: People
    ");
}

#[test]
fn a_file_that_cannot_be_read_is_no_stale_file() {
    let directory = tempfile::tempdir().unwrap();
    let error = check(directory.path(), "a: 1\n").unwrap_err().to_string();
    assert!(error.contains("cannot read"), "{error}");
}
