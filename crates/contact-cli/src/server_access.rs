//! Which server a command asks and with which key: flags, environment and profile put together.

use contact_client::Client;
use contact_client::model::ApiKey;

use crate::args::connection::{ConnectionArgs, KeyText};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::profiles::{DEFAULT, Profile, ProfileFile};

/// Where an address or a key was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A flag or the environment.
    Said,
    /// The profile of this name.
    Profile(String),
}

/// A server's address and a key, each with where it was found.
#[derive(Debug, Clone)]
pub(crate) struct ServerAccess {
    pub(crate) url: String,
    pub(crate) url_source: Source,
    pub(crate) api_key: ApiKey,
    pub(crate) key_source: Source,
}

/// What the program calls itself.
pub(crate) const USER_AGENT: &str = concat!("contacts/", env!("CARGO_PKG_VERSION"));
/// Someone waits at the terminal: what does not come back soon is told.
const RETRIES: usize = 2;
/// No one waits for each request of many: a server that starts anew meanwhile is waited for.
const PATIENT_RETRIES: usize = 5;

impl ServerAccess {
    /// Puts together what flags, environment and profile say.
    ///
    /// # Errors
    /// Nothing says the address or the key, or a profile was asked for that there is not.
    pub(crate) fn find(args: &ConnectionArgs) -> Result<Self, Failure> {
        let url = args.said_url();
        let key = args.said_key()?;
        let (name, profile) = profile(args, url.is_some() && key.is_some())?;
        let of_profile = || Source::Profile(name.to_owned());
        let (url, url_source) = match (url, &profile) {
            (Some(url), _) => (url, Source::Said),
            (None, Some(profile)) => (profile.url.clone(), of_profile()),
            (None, None) => return Err(no_url()),
        };
        let (api_key, key_source) = match (key, profile) {
            (Some(key), _) => (key, Source::Said),
            (None, Some(profile)) => (profile.api_key, of_profile()),
            (None, None) => return Err(no_key()),
        };
        Ok(Self { url, url_source, api_key, key_source })
    }

    /// An address and a key of any server of the API, whose keys may be of another form.
    ///
    /// # Errors
    /// Nothing says the address or the key, or a profile was asked for that there is not.
    pub(crate) fn find_any(args: &ConnectionArgs) -> Result<(String, KeyText), Failure> {
        let (url, key) = (args.said_url(), args.said_any_key());
        let (_, profile) = profile(args, url.is_some() && key.is_some())?;
        let (of_profile, key_of_profile) =
            profile.map(|profile| (profile.url, KeyText(profile.api_key.reveal().to_owned()))).unzip();
        let key = key.map(|key| KeyText(key.0.trim().to_owned()));
        Ok((url.or(of_profile).ok_or_else(no_url)?, key.or(key_of_profile).ok_or_else(no_key)?))
    }

    /// The server's address alone, for what needs no key.
    ///
    /// # Errors
    /// Nothing says it, or a profile was asked for that there is not.
    pub(crate) fn find_url(args: &ConnectionArgs) -> Result<String, Failure> {
        match (args.said_url(), args.said_profile()) {
            (Some(url), _) => Ok(url),
            (None, Some(name)) => Ok(ProfileFile::read()?.get(name)?.url.clone()),
            (None, None) => {
                let profile = ProfileFile::read()?.profiles.by_name.remove(DEFAULT);
                profile.map(|profile| profile.url).ok_or_else(no_url)
            }
        }
    }

    /// A client for the server.
    ///
    /// # Errors
    /// The address is none of a web server.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.client_with(RETRIES)
    }

    /// A client for many requests, one after the other.
    ///
    /// # Errors
    /// As [`ServerAccess::client`].
    pub(crate) fn patient_client(&self) -> Result<Client, Failure> {
        self.client_with(PATIENT_RETRIES)
    }

    fn client_with(&self, retries: usize) -> Result<Client, Failure> {
        let builder = Client::builder(&self.url, self.api_key.reveal());
        builder.user_agent(USER_AGENT).retries(retries).build().map_err(|error| {
            Failure::usage(error.to_string()).tip("an address looks like https://contacts.example.com")
        })
    }
}

/// The profile that says what is not said otherwise, with its name.
fn profile(args: &ConnectionArgs, all_is_said: bool) -> Result<(&str, Option<Profile>), Failure> {
    Ok(match args.said_profile() {
        // The file does not matter, so it may be as broken as it likes.
        None if all_is_said => (DEFAULT, None),
        Some(name) => (name, Some(ProfileFile::read()?.get(name)?.clone())),
        None => (DEFAULT, ProfileFile::read()?.profiles.by_name.remove(DEFAULT)),
    })
}

fn no_url() -> Failure {
    missing("it is not known which server to ask")
}

fn no_key() -> Failure {
    missing("there is no API key to send")
}

fn missing(what: &str) -> Failure {
    Failure::new(Exit::NotLetIn, what).tip(
        "`contacts login` keeps an address and a key; CONTACTS_URL and CONTACTS_API_KEY say them as well",
    )
}
