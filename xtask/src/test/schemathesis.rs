//! The live server against its own description: requests that the description allows and requests that it
//! forbids, made up by schemathesis, which then holds every answer against what the description promises.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::interrupt::Interrupt;
use super::process;
use super::python::{Environment, Packages};
use super::server::Program;
use super::workspace::Workspace;

const PACKAGES: Packages = Packages {
    name: "schemathesis",
    requirements: include_str!("../../schemathesis.requirements.txt"),
    with_dependencies: true,
    python: (3, 11),
};

/// What is checked, and what is not and why.
const CONFIGURATION: &str = "schemathesis.toml";

/// In which the configuration finds the API key: a command line is for everybody on the machine to see.
const KEY: &str = "CONTACT_TEST_API_KEY";

/// Where the server serves its description.
const DESCRIPTION: &str = "/openapi.json";

/// How many requests are made up for each operation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Examples {
    /// As many as find what there is to find in a few minutes.
    Thorough,
    /// Enough to meet every statement once more on another database.
    Brief,
}

impl Examples {
    fn count(self) -> &'static str {
        match self {
            Self::Thorough => "60",
            Self::Brief => "15",
        }
    }
}

/// Runs the server on the database, which must be empty, and schemathesis against it.
pub(super) fn fuzz(
    workspace: &Workspace,
    interrupt: &Interrupt,
    executable: &Path,
    database: &str,
    examples: Examples,
) -> Result<()> {
    let environment = Environment::provide(&PACKAGES, workspace, interrupt)?;
    let program = Program { executable, database };
    let key = program.seed().context("could not prepare the server's database")?;

    // Also the working directory: schemathesis leaves files of its own where it runs.
    let directory = tempfile::tempdir().context("no temporary directory")?;
    let server = program.serve(&directory.path().join("server.log"), interrupt)?;
    let mut command = command(
        &environment.program("schemathesis"),
        &workspace.xtask_file(CONFIGURATION),
        &server.url(DESCRIPTION),
        examples,
    );
    command.env(KEY, key);
    let verdict = process::run(command.current_dir(directory.path()), interrupt);
    if verdict.is_err() {
        let log = server.log_tail();
        writeln!(io::stderr(), "\nThe server's log ends:\n{log}")?;
    }
    verdict?;
    server.finish()
}

fn command(program: &Path, configuration: &Path, description: &str, examples: Examples) -> Command {
    let mut command = Command::new(program);
    command.arg("--config-file").arg(configuration);
    command.args(["run", description]);
    command.args(["--max-examples", examples.count()]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_names_configuration_and_description() {
        let command = command(
            Path::new("/venv/bin/schemathesis"),
            Path::new("/workspace/xtask/schemathesis.toml"),
            "http://127.0.0.1:8080/openapi.json",
            Examples::Brief,
        );
        assert_eq!(
            process::shown(&command),
            "schemathesis --config-file /workspace/xtask/schemathesis.toml run http://127.0.0.1:8080/openapi.json \
             --max-examples 15"
        );
    }

    #[test]
    fn the_configuration_takes_the_key_from_the_environment() {
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
