//! A company on a server, and the program with its key.

use contact_client::model::Access;
use contact_testing::{Backend, TestCompany, TestServer};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::process::{Finished, finish, finish_with_input, program};

/// A company on a real server, and a place for profiles.
pub(crate) struct Stage {
    pub(crate) company: TestCompany,
    pub(crate) directory: TempDir,
}

impl Stage {
    /// With a write key.
    pub(crate) async fn start(backend: Backend) -> Self {
        Self::of(TestCompany::start(backend).await)
    }

    /// With a company in this country, and a write key.
    pub(crate) async fn start_in(backend: Backend, country: &str) -> Self {
        let server = TestServer::start(backend).await;
        Self::of(server.company_in(country.parse().unwrap()).await)
    }

    /// With an admin key.
    pub(crate) async fn start_as_admin(backend: Backend) -> Self {
        Self::of(TestCompany::start(backend).await.with_access(Access::Admin).await)
    }

    fn of(company: TestCompany) -> Self {
        Self { company, directory: tempfile::tempdir().unwrap() }
    }

    /// Returns the program without an address or a key, in its own directory.
    pub(crate) fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.current_dir(self.directory.path());
        command.env("CONTACTS_CONFIG", self.directory.path().join("contacts/profiles.toml"));
        command
    }

    /// Returns the program with the address and the key in its environment.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare(arguments);
        command.env("CONTACTS_URL", &self.company.server.url).env("CONTACTS_API_KEY", &self.company.key);
        command
    }

    /// Runs it to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Finished {
        finish(self.program(arguments)).await
    }

    /// Runs it to its end with this on standard input.
    pub(crate) async fn run_with_input(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Finished {
        finish_with_input(self.program(arguments), input).await
    }

    /// The JSON that it prints.
    pub(crate) async fn json(&self, arguments: &[&str]) -> Value {
        self.run(arguments).await.json()
    }

    /// The one id that it prints.
    pub(crate) async fn id(&self, arguments: &[&str]) -> String {
        let text = self.run(&[arguments, &["--quiet"]].concat()).await.text();
        text.strip_suffix('\n').filter(|id| !id.contains('\n')).unwrap_or_else(|| panic!("{text}")).to_owned()
    }
}
