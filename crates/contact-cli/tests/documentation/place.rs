//! The empty folder in which the blocks of a document run, and the programs that they find there.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::{env, fs};

use contact_testing::{executable, private_directory, workspace};
use tempfile::TempDir;

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
        for name in ["contacts", "contact-server"] {
            symlink(executable(name), place.programs().join(name)).unwrap();
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

/// The program `cargo` as the documents use it, in the repository: it runs the debug builds of the programs and examples
/// instead of building and installing release builds.
fn cargo() -> String {
    format!(
        r#"#!/bin/sh
case "$*" in
'run --release') exec contact-server ;;
'install --path crates/'*) exec test -f "{workspace}/$3/Cargo.toml" ;;
'run -p contact-client --example '*) exec "{examples}/$5" ;;
*) echo "the test does not support: cargo $*" >&2; exit 1 ;;
esac
"#,
        workspace = workspace().display(),
        examples = executable("quick_start").parent().unwrap().display(),
    )
}
