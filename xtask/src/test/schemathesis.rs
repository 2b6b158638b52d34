//! Compares a running server with its description: schemathesis generates requests that the description allows and
//! forbids, and checks every response.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;
use crate::python::{Environment, Packages};
use crate::server::Server;
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

/// Starts the server on an empty database, and runs schemathesis with this number of examples for each operation.
pub(super) fn run(workspace: &Workspace, server: &Path, database_url: &str, examples: u32) -> Result<()> {
    let environment = Environment::provide(&PACKAGES, workspace)?;
    let key = seed(server, database_url).context("cannot prepare the database of the server")?;
    // Also the working directory, because schemathesis writes files there.
    let directory = tempfile::tempdir()?;
    let server = Server::start(server, database_url, &directory.path().join("server.log"))?;
    let mut command = Command::new(environment.program("schemathesis"));
    command.arg("--config-file").arg(xtask_file("schemathesis.toml"));
    command.args(["run", &format!("{}/openapi.json", server.url), "--max-examples", &examples.to_string()]);
    let result = process::run(command.env(KEY, key).current_dir(directory.path()));
    if result.is_err() {
        writeln!(io::stderr(), "\nThe end of the server's log:\n{}", server.log_tail())?;
    }
    result?;
    server.finish()
}

/// Creates a company with a custom field, and returns an API key with admin access.
fn seed(server: &Path, database_url: &str) -> Result<String> {
    let run = |arguments: &[&str]| -> Result<Value> {
        let mut command = Command::new(server);
        command.args(arguments).args(["--database-url", database_url, "--output", "json"]);
        Ok(serde_json::from_str(&process::capture(&mut command)?)?)
    };
    let text = |value: &Value| value.as_str().map(str::to_owned).context("unexpected output of the server");
    let company = text(&run(&["company", "create", "Example Ltd", "--country", "US"])?["id"])?;
    run(&["custom-field", "create", "Plan", "--company", &company])?;
    text(&run(&["api-key", "create", "--company", &company, "--access", "admin"])?["key"])
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
