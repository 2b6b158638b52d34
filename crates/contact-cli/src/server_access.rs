//! Which server a command asks and with which key: flags, environment and profile put together.

use contact_client::Client;
use contact_client::model::ApiKey;

use crate::args::connection::{ConnectionArgs, KeyText};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::origin;
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
    /// Finds the address and the key: a flag wins over the environment, which wins over the profile.
    ///
    /// # Errors
    /// There is no address or key, the named profile does not exist, or the key may not be sent to the address.
    pub(crate) fn find(args: &ConnectionArgs) -> Result<Self, Failure> {
        let found = Found::find(args, args.said_key()?, |profile| profile.api_key.clone())?;
        let Found { url, url_source, key: api_key, key_source } = found;
        Ok(Self { url, url_source, api_key, key_source })
    }

    /// Finds an address and a key of any server of the API, whose keys may have another form.
    ///
    /// # Errors
    /// As [`ServerAccess::find`].
    pub(crate) fn find_any(args: &ConnectionArgs) -> Result<(String, KeyText), Failure> {
        let key = args.said_any_key()?.map(|key| KeyText(key.0.trim().to_owned()));
        let found = Found::find(args, key, |profile| KeyText(profile.api_key.reveal().to_owned()))?;
        Ok((found.url, found.key))
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
        builder
            .user_agent(USER_AGENT)
            .max_retries(retries)
            .build()
            .map_err(|error| bad_address(error.to_string()))
    }
}

/// An address and a key of some form, each with where it was found.
struct Found<K> {
    url: String,
    url_source: Source,
    key: K,
    key_source: Source,
}

impl<K> Found<K> {
    /// Finds the address and the key. The key of a profile is returned only for the origin of its own address.
    fn find(
        args: &ConnectionArgs,
        key: Option<K>,
        key_of: impl FnOnce(&Profile) -> K,
    ) -> Result<Self, Failure> {
        let url = args.said_url();
        let (name, profile) = profile(args, url.is_some() && key.is_some())?;
        let of_profile = || Source::Profile(name.to_owned());
        let (url, url_source) = match (url, &profile) {
            (Some(url), _) => (url, Source::Said),
            (None, Some(profile)) => (profile.url.clone(), of_profile()),
            (None, None) => return Err(no_url()),
        };
        let (key, key_source) = match (key, &profile) {
            (Some(key), _) => (key, Source::Said),
            (None, Some(profile)) if url == profile.url || profile.is_for(&url) => {
                (key_of(profile), of_profile())
            }
            (None, Some(profile)) => return Err(key_of_another_server(name, profile, &url)),
            (None, None) => return Err(no_key()),
        };
        refuse_exposed(&url, args, profile.as_ref())?;
        Ok(Self { url, url_source, key, key_source })
    }
}

/// Returns the error for an address to which the profile's key must not be sent.
fn key_of_another_server(name: &str, profile: &Profile, url: &str) -> Failure {
    let Some(asked) = origin::of(url) else { return bad_address("the given address cannot be used") };
    let own = origin::of(&profile.url).unwrap_or_else(|| "another server".to_owned());
    Failure::new(Exit::NotLetIn, format!("there is no API key for {asked}"))
        .because(format!("the key of the profile `{name}` is for {own}, and is sent to no other server"))
        .tip(format!("`--api-key-file`, `--api-key` or CONTACTS_API_KEY gives a key for {asked}"))
}

/// Refuses plain HTTP to an address that is not on this machine, unless the user or the profile allows it.
///
/// # Errors
/// The address is exposed, and nothing allows that.
pub(crate) fn refuse_exposed(
    url: &str,
    args: &ConnectionArgs,
    profile: Option<&Profile>,
) -> Result<(), Failure> {
    let is_allowed =
        args.insecure_http || profile.is_some_and(|profile| profile.insecure_http && profile.is_for(url));
    if is_allowed || !origin::is_exposed(url) {
        return Ok(());
    }
    let shown = origin::of(url).unwrap_or_default();
    Err(Failure::usage(format!("{shown} is not encrypted, so nothing was sent"))
        .because("over plain HTTP, everyone on the way can read the API key and the contacts")
        .tip("use https; on a network that you trust, `--insecure-http` allows it, and `contacts login --insecure-http` does so for a profile"))
}

fn bad_address(what: impl Into<String>) -> Failure {
    Failure::usage(what).tip("an address looks like https://contacts.example.com")
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
