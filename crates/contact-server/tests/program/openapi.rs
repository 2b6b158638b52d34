//! `openapi`: prints the API description.

use crate::process::{finish, program};

#[tokio::test]
async fn openapi_prints_the_file_in_the_repository() {
    let printed = finish(program(["openapi"])).await.text();
    let file = include_str!("../../../../openapi.yaml");
    assert!(printed == file, "openapi.yaml is out of date: run `cargo xtask openapi generate`");
}
