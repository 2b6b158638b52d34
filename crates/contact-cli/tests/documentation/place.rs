//! The empty folder in which the blocks of a document run, and the programs that they find there.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

use contact_testing::private_directory;
use serde_json::Value;
use tempfile::TempDir;

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The server's program.
static SERVER: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "contact-server", "--message-format", "json"])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).unwrap();
        message["executable"].as_str().map(PathBuf::from)
    });
    executables.next_back().expect("cargo names the program")
});

/// The variables of the tester that cargo needs.
const CARGO_VARIABLES: [&str; 8] = [
    "PATH",
    "HOME",
    "CARGO_HOME",
    "CARGO_TARGET_DIR",
    "RUSTFLAGS",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "TMPDIR",
];

/// An empty folder, `/home/jane/contacts` of a temporary root.
pub(crate) struct Place {
    root: TempDir,
}

impl Place {
    pub(crate) fn create() -> Self {
        let place = Self { root: private_directory() };
        for directory in [place.folder(), place.programs()] {
            fs::create_dir_all(directory).unwrap();
        }
        for (name, file) in
            [("contacts", Path::new(env!("CARGO_BIN_EXE_contacts"))), ("contact-server", &SERVER)]
        {
            symlink(file, place.programs().join(name)).unwrap();
        }
        place.write_program("cargo", &cargo());
        place
    }

    /// The current folder of the blocks.
    pub(crate) fn folder(&self) -> PathBuf {
        self.home().join("contacts")
    }

    /// The temporary directory in which `/home/jane` is.
    pub(crate) fn root(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap()
    }

    fn home(&self) -> PathBuf {
        self.root().join("home/jane")
    }

    fn programs(&self) -> PathBuf {
        self.root().join("programs")
    }

    /// The environment of the blocks.
    pub(crate) fn environment(&self) -> [(&'static str, String); 5] {
        let path = env::var("PATH").unwrap();
        [
            ("PATH", format!("{}:{path}", self.programs().display())),
            ("HOME", self.home().display().to_string()),
            ("TERM", "xterm".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            // The server prints the port that it has chosen.
            ("CONTACTS_LISTEN", "127.0.0.1:0".to_owned()),
        ]
    }

    fn write_program(&self, name: &str, text: &str) {
        let file = self.programs().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o755)).unwrap();
    }
}

/// The program `cargo` as the documents use it, in the repository: it finds the debug builds of the programs instead of
/// building and installing release builds.
fn cargo() -> String {
    let variables = CARGO_VARIABLES.iter().filter_map(|name| Some((name, env::var(name).ok()?)));
    let variables: Vec<String> = variables.map(|(name, value)| format!("{name}='{value}'")).collect();
    format!(
        r#"#!/bin/sh
case "$*" in
'run --release') exec contact-server ;;
'install --path crates/'*) exec test -f "{workspace}/$3/Cargo.toml" ;;
'run -p '*) shift; cd '{workspace}'; exec env {variables} '{cargo}' run --quiet "$@" ;;
*) echo "the test does not support: cargo $*" >&2; exit 1 ;;
esac
"#,
        workspace = workspace().display(),
        variables = variables.join(" "),
        cargo = env!("CARGO"),
    )
}
