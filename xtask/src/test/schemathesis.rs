//! Compares a running server with its description: schemathesis generates requests that the description allows and
//! forbids, and checks every response.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::seeded_server::SeededServer;
use crate::python::{Environment, Packages};
use crate::workspace::{Workspace, xtask_file};

const PACKAGES: Packages = Packages {
    name: "schemathesis",
    requirements: include_str!("../../schemathesis.requirements.txt"),
    with_dependencies: true,
    python: (3, 11),
};

/// The environment variable from which `schemathesis.toml` takes the API key. Other users can see the arguments of a
/// command.
const KEY: &str = "CONTACT_TEST_API_KEY";

/// Starts the server on an empty database, or on a new SQLite file, and runs schemathesis with this number of examples
/// for each operation.
pub(super) fn run(
    workspace: &Workspace,
    server: &Path,
    database_url: Option<&str>,
    examples: u32,
) -> Result<()> {
    let environment = Environment::provide(&PACKAGES, workspace)?;
    let server = SeededServer::start(server, database_url)?;
    let mut command = Command::new(environment.program("schemathesis"));
    command.arg("--config-file").arg(xtask_file("schemathesis.toml"));
    command.args(["run", &format!("{}/openapi.json", server.url()), "--max-examples", &examples.to_string()]);
    // schemathesis writes files into the working directory.
    command.env(KEY, &server.key).current_dir(server.directory());
    server.serve(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_takes_the_key_from_the_environment() {
        let configuration = include_str!("../../schemathesis.toml");
        assert!(configuration.contains(&format!("Authorization = \"${{{KEY}}}\"")));
    }

    #[test]
    fn every_package_has_an_exact_version() {
        let mut lines = PACKAGES.requirements.lines().filter(|line| !line.starts_with('#'));
        assert!(lines.clone().any(|line| line.starts_with("schemathesis==")));
        assert!(lines.all(|line| line.contains("==")));
    }
}
