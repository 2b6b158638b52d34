//! `openapi`: prints the API description.

use crate::process::{finish, program};

#[tokio::test]
async fn openapi_prints_the_files_in_the_repository() {
    for (arguments, file) in [
        (&["openapi"][..], include_str!("../../../../openapi.yaml")),
        (&["openapi", "--sdk"], include_str!("../../../../docs/openapi-sdk.yaml")),
    ] {
        let printed = finish(program(arguments.iter().copied())).await.text();
        assert!(printed == file, "{arguments:?}: run `cargo xtask openapi generate`");
    }
}

/// Readers of repositories and tools of generators have limits, and a reader should see what an operation adds.
#[test]
fn descriptions_are_small() {
    for file in ["openapi.yaml", "docs/openapi-sdk.yaml"] {
        let size = std::fs::metadata(contact_testing::workspace().join(file)).unwrap().len();
        assert!(size < 216_000, "{file} has {size} bytes");
    }
}
