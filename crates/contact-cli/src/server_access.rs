//! Combines flags, environment and profile to the address and the key of a server.

use contact_client::Client;

use crate::args::connection::{ConnectionArgs, KeyText};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::origin;
use crate::profiles::{DEFAULT, Profile, ProfileFile};

/// The address and the key of a server, each with the profile that contains it. A flag or the environment has none.
#[derive(Debug, Clone)]
pub(crate) struct ServerAccess {
    pub(crate) url: String,
    pub(crate) url_profile: Option<String>,
    /// Not necessarily a valid key: other servers of the API have other keys.
    pub(crate) key: KeyText,
    pub(crate) key_profile: Option<String>,
}

/// The name of the program in requests.
pub(crate) const USER_AGENT: &str = concat!("contacts/", env!("CARGO_PKG_VERSION"));
/// The address of a server with the default settings.
pub(crate) const DEFAULT_URL: &str = "http://127.0.0.1:8080";
/// How often a request is retried while the user waits.
pub(crate) const RETRIES: usize = 2;
/// How often a request of an import is retried, so that it survives a restart of the server.
pub(crate) const PATIENT_RETRIES: usize = 5;

impl ServerAccess {
    /// Finds the address and the key. A flag takes precedence over the environment, which takes precedence over the
    /// profile. The key of a profile is returned only for the origin of its own address.
    ///
    /// # Errors
    /// There is no address or key, the profile does not exist, or the key must not be sent to the address.
    pub(crate) fn find(args: &ConnectionArgs) -> Result<Self, Failure> {
        let (url, key) = (args.url(), args.key()?);
        let name = args.profile().unwrap_or(DEFAULT);
        let profile = match (args.profile(), &url, &key) {
            // The file is not needed, so it may be invalid.
            (None, Some(_), Some(_)) => None,
            _ => profile(args)?,
        };
        let of_profile = || Some(name.to_owned());
        let (url, url_profile) = match (url, &profile) {
            (Some(url), _) => (url, None),
            (None, Some(profile)) => (profile.url.clone(), of_profile()),
            (None, None) => return Err(no_server()),
        };
        let (key, key_profile) = match (key, &profile) {
            (Some(key), _) => (key, None),
            (None, Some(profile)) if url == profile.url || profile.is_for(&url) => {
                (profile.api_key.clone(), of_profile())
            }
            (None, Some(profile)) => return Err(key_of_another_server(name, profile, &url)),
            (None, None) => return Err(missing("no API key is configured")),
        };
        refuse_exposed(&url, args, profile.as_ref())?;
        Ok(Self { url, url_profile, key, key_profile })
    }

    /// Finds the address, if one is configured.
    ///
    /// # Errors
    /// The profile does not exist, or the profiles cannot be read.
    pub(crate) fn find_url(args: &ConnectionArgs) -> Result<Option<String>, Failure> {
        match args.url() {
            Some(url) => Ok(Some(url)),
            None => Ok(profile(args)?.map(|profile| profile.url)),
        }
    }

    /// Creates a client with this number of retries.
    ///
    /// # Errors
    /// The address or the key is invalid.
    pub(crate) fn client(&self, retries: usize) -> Result<Client, Failure> {
        let key = self.key.parse()?;
        let builder = Client::builder(&self.url, key.reveal()).user_agent(USER_AGENT).max_retries(retries);
        builder.build().map_err(|error| invalid_address(error.to_string()))
    }
}

/// Returns the chosen profile, or the default profile if there is one.
fn profile(args: &ConnectionArgs) -> Result<Option<Profile>, Failure> {
    let mut file = ProfileFile::read()?;
    match args.profile() {
        Some(name) => file.get(name).map(|profile| Some(profile.clone())),
        None => Ok(file.profiles.remove(DEFAULT)),
    }
}

/// Returns the error for an address to which the profile's key must not be sent.
fn key_of_another_server(name: &str, profile: &Profile, url: &str) -> Failure {
    let Some(asked) = origin::of(url) else {
        return invalid_address(format!("`{url}` is not a web address"));
    };
    let own = origin::of(&profile.url).unwrap_or_else(|| "another server".to_owned());
    Failure::new(Exit::NotLetIn, format!("no API key is configured for {asked}"))
        .because(format!("the key of the profile `{name}` is only sent to {own}"))
        .tip(format!("give a key for {asked} with `--api-key-file`, `--api-key` or CONTACTS_API_KEY"))
}

/// Refuses plain HTTP to an address that is not on this machine, unless the user or the profile allows it.
///
/// # Errors
/// The address is exposed and not allowed.
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
        .because("over plain HTTP, others on the network can read the API key and the contacts")
        .tip("use https, or `--insecure-http` on a trusted network; `contacts login --insecure-http` stores that in the profile"))
}

fn invalid_address(what: impl Into<String>) -> Failure {
    Failure::usage(what).tip("use an address such as https://contacts.example.com")
}

/// Returns the error for a missing address.
pub(crate) fn no_server() -> Failure {
    missing("no server is configured")
}

fn missing(what: &str) -> Failure {
    Failure::new(Exit::NotLetIn, what)
        .tip("store an address and a key with `contacts login`, or set CONTACTS_URL and CONTACTS_API_KEY")
}
