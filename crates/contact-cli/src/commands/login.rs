//! `login`

use std::io::{self, IsTerminal as _};

use clap::Args;

use super::whoami::Identity;
use crate::args::{ConnectionArgs, KeyText};
use crate::context::Context;
use crate::failure::Failure;
use crate::origin;
use crate::output::messages;
use crate::profiles::{DEFAULT, Profile, ProfileFile};
use crate::server_access::{ServerAccess, refuse_exposed};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts login --url https://contacts.example.com
  contacts login --url http://127.0.0.1:8080 --api-key-file data/first-api-key
  contacts login --url https://staging.example.com --profile staging
  pass contacts/key | contacts login --url https://contacts.example.com")]
pub(crate) struct Login {
    /// Store the key without checking it
    #[arg(long)]
    unchecked: bool,
}

impl Login {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let connection = &context.connection;
        let name = connection.profile().unwrap_or(DEFAULT).to_owned();
        let mut file = ProfileFile::read()?;
        let known = file.profiles.get(&name);
        let url = address(connection, known)?;
        refuse_exposed(&url, connection, known)?;
        let api_key = key(connection)?;
        let (url_profile, key_profile) = (Some(name.clone()), Some(name.clone()));
        context.connect(ServerAccess { url: url.clone(), url_profile, key: api_key.clone(), key_profile })?;
        let identity = if self.unchecked { None } else { Some(Identity::request(context)?) };
        let profile = Profile { insecure_http: origin::is_exposed(&url), url, api_key };
        file.profiles.insert(name.clone(), profile);
        file.write()?;
        messages::note(&format!("stored profile `{name}` in {}", file.path.display()));
        identity.map_or(Ok(()), |identity| context.printer.one(&identity, None))
    }
}

/// Returns the address of a flag, the environment, the existing profile or the prompt.
fn address(connection: &ConnectionArgs, known: Option<&Profile>) -> Result<String, Failure> {
    if let Some(url) = connection.url().or_else(|| known.map(|profile| profile.url.clone())) {
        return Ok(url);
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("the address of the server is missing")
            .tip("give it with `--url https://contacts.example.com`"));
    }
    messages::ask("Server address:").map_err(|error| Failure::local("cannot read the address", error))
}

/// Returns the key of a flag, the environment, a file, the prompt or standard input.
fn key(connection: &ConnectionArgs) -> Result<KeyText, Failure> {
    if let Some(key) = connection.key()? {
        return Ok(key);
    }
    let is_typed = io::stdin().is_terminal();
    let key = if is_typed { rpassword::prompt_password("API key (hidden): ") } else { messages::read_line() };
    key.map(|key| KeyText::from(key.as_str()))
        .map_err(|error| Failure::local("cannot read the API key", error))
}
