//! `login`

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Args;
use contact_client::model::ApiKey;

use super::whoami::Identity;
use crate::args::connection::{ConnectionArgs, KeyText};
use crate::failure::Failure;
use crate::origin;
use crate::output::messages;
use crate::output::printer::Printer;
use crate::profiles::{DEFAULT, Profile, ProfileFile};
use crate::server_access::{ServerAccess, Source, refuse_exposed};
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts login --url https://contacts.example.com
  contacts login --url http://127.0.0.1:8080 --api-key-file data/first-api-key
  contacts login --url https://staging.example.com --profile staging
  pass contacts/key | contacts login --url https://contacts.example.com")]
pub(crate) struct Login {
    /// Keep the key without asking the server whether it works
    #[arg(long)]
    unchecked: bool,
}

impl Login {
    pub(super) fn run(self, connection: &ConnectionArgs, printer: Printer) -> Result<(), Failure> {
        let name = connection.said_profile().unwrap_or(DEFAULT);
        let mut file = ProfileFile::read()?;
        let known = file.profiles.by_name.get(name);
        let url = address(connection, known.map(|profile| profile.url.clone()))?;
        refuse_exposed(&url, connection, known)?;
        let api_key = key(connection)?;
        let profile = || Source::Profile(name.to_owned());
        let access = ServerAccess {
            url: url.clone(),
            url_source: profile(),
            api_key: api_key.clone(),
            key_source: profile(),
        };
        let session = Session::of(access, printer)?;
        let identity = if self.unchecked { None } else { Some(Identity::found(&session)?) };
        file.profiles
            .by_name
            .insert(name.to_owned(), Profile { insecure_http: origin::is_exposed(&url), url, api_key });
        file.write()?;
        messages::note(&format!("profile `{name}` is kept in {}", file.path.display()));
        match identity {
            Some(identity) => printer.one(&identity, None),
            None => Ok(()),
        }
    }
}

/// The address that is said, else the one that the profile has, else what is typed.
fn address(connection: &ConnectionArgs, known: Option<String>) -> Result<String, Failure> {
    if let Some(url) = connection.said_url().or(known) {
        return Ok(url);
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::usage("it is not known which server the key is for")
            .tip("`--url https://contacts.example.com` says it"));
    }
    messages::ask("Server address:")
        .and_then(|()| line())
        .map_err(|error| Failure::local("the address cannot be read", error))
}

/// The key that is said, else what is typed or comes in.
fn key(connection: &ConnectionArgs) -> Result<ApiKey, Failure> {
    if let Some(key) = connection.said_key()? {
        return Ok(key);
    }
    let typed =
        if io::stdin().is_terminal() { rpassword::prompt_password("API key (not shown): ") } else { line() };
    let key = typed.map_err(|error| Failure::local("the API key cannot be read", error))?;
    KeyText(key).read("what was typed")
}

fn line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}
