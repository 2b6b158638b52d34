//! Checks what people do with the API description: tools lint it, generators write clients from it, which then send
//! requests to a server, and the page of the API reference shows it.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::node::Tools;
use super::report::Outcome;
use super::run::Run;
use super::seeded_server::SeededServer;
use crate::openapi::Description;
use crate::process;
use crate::python::{Environment, Packages};
use crate::workspace::xtask_file;

const PYTHON_GENERATOR: Packages = Packages {
    name: "openapi-python-client",
    requirements: include_str!("../../openapi-python-client.requirements.txt"),
    with_dependencies: true,
    python: (3, 11),
};

/// Checks both descriptions with the recommended rules of Redocly and Spectral. `redocly.yaml` and `spectral.yaml` have
/// the exceptions.
pub(super) fn lint(run: &mut Run) -> Result<Outcome> {
    let tools = Tools::provide(&run.workspace)?;
    let descriptions = Description::ALL.map(Description::path);
    let mut redocly = tools.command("redocly");
    redocly.args(["lint", "--config", "redocly.yaml"]).args(&descriptions);
    process::run(redocly.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"))?;
    let mut spectral = tools.command("spectral");
    spectral.args(["lint", "--ruleset", "spectral.yaml", "--fail-severity", "hint"]).args(&descriptions);
    process::run(&mut spectral)?;
    Ok(Outcome::Passed)
}

/// Generates the types for TypeScript, compiles a client that uses them, and runs it against a server.
pub(super) fn typescript(run: &mut Run) -> Result<Outcome> {
    let tools = Tools::provide(&run.workspace)?;
    let mut generate = tools.command("openapi-typescript");
    process::run(generate.arg(Description::Sdk.path()).args(["--output", "schema.d.ts"]))?;
    process::run(tools.command("tsc").args(["--project", "tsconfig.json"]))?;
    let mut client = tools.command("node");
    send_requests(run, client.arg("scenario.ts"))
}

/// Generates the client for Python, and runs it against a server.
pub(super) fn python(run: &mut Run) -> Result<Outcome> {
    let environment = Environment::provide(&PYTHON_GENERATOR, &run.workspace)?;
    let directory = tempfile::tempdir()?;
    let mut generate = Command::new(environment.program("openapi-python-client"));
    generate
        .args(["generate", "--fail-on-warning", "--config"])
        .arg(xtask_file("sdk-proof/python-client.yaml"));
    generate.arg("--path").arg(Description::Sdk.path());
    process::run(generate.args(["--overwrite", "--output-path"]).arg(directory.path()))?;
    let mut client = Command::new(environment.program("python"));
    client.arg(xtask_file("sdk-proof/scenario.py")).env("PYTHONPATH", directory.path());
    // No files in the directory of the sources.
    send_requests(run, client.env("PYTHONDONTWRITEBYTECODE", "1"))
}

/// Uses the page of the API reference in Chromium.
pub(super) fn reference(run: &mut Run) -> Result<Outcome> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
        return Ok(Outcome::Skipped("the package with Chromium is only for Linux with glibc on x86-64"));
    }
    let tools = Tools::provide(&run.workspace)?;
    // The package unpacks Chromium into the temporary directory, where later runs find it. It includes the libraries
    // that Chromium needs only on the platform that this variable names.
    let unpacked = tools.directory.join("chromium");
    fs::create_dir_all(&unpacked)?;
    let mut page = tools.command("node");
    page.arg("reference.mjs").env("TMPDIR", unpacked).env("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs22.x");
    send_requests(run, &mut page)
}

/// Starts a server, and runs a program that sends requests to it.
fn send_requests(run: &Run, client: &mut Command) -> Result<Outcome> {
    let server = SeededServer::start(run.server()?, None)?;
    client.env("CONTACTS_URL", server.url()).env("CONTACTS_API_KEY", &server.key);
    server.serve(client)?;
    Ok(Outcome::Passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_an_exact_version() {
        let mut lines = PYTHON_GENERATOR.requirements.lines().filter(|line| !line.starts_with('#'));
        assert!(lines.clone().any(|line| line.starts_with("openapi-python-client==")));
        assert!(lines.all(|line| line.contains("==")));
    }
}
