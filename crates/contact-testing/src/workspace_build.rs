//! The programs and examples of the workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use cargo_metadata::Message;

static EXECUTABLES: LazyLock<BTreeMap<String, PathBuf>> = LazyLock::new(|| {
    // Builds what `cargo test --workspace` builds, with the same features. Another selection would compile many
    // dependencies a second time.
    let output = Command::new(env!("CARGO"))
        .args(["test", "--workspace", "--no-run", "--quiet", "--message-format", "json"])
        .current_dir(workspace())
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages =
        Message::parse_stream(&output.stdout[..]).map(|message| message.expect("a message of cargo"));
    messages.filter_map(executable_of).collect()
});

/// Returns the name and the path of the program or example that a message of cargo reports; `None` for all other
/// messages and for test binaries.
fn executable_of(message: Message) -> Option<(String, PathBuf)> {
    let Message::CompilerArtifact(artifact) = message else { return None };
    let path = artifact.executable.filter(|_| !artifact.profile.test)?;
    Some((artifact.target.name, path.into()))
}

/// Returns the root of the workspace.
pub fn workspace() -> &'static Path {
    let mut ancestors = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    ancestors.nth(2).expect("the crate is in a folder of the workspace")
}

/// Returns the path of a program or an example of the workspace, in its debug build. Builds the workspace first if it
/// has changed.
///
/// # Panics
/// The workspace does not compile, or has no program or example with this name.
pub fn executable(name: &str) -> &'static Path {
    EXECUTABLES.get(name).unwrap_or_else(|| panic!("the workspace has no program {name}"))
}
