//! The address of the server and the API key, as flags and variables.

use std::fmt;
use std::path::PathBuf;

use clap::builder::{FalseyValueParser, OsStringValueParser, TypedValueParser as _};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use contact_client::model::ApiKey;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::secret_file;

/// The address of the server and the API key. A flag takes precedence over the environment.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// Use this profile of `contacts login`
    #[arg(long, global = true, env = "CONTACTS_PROFILE", value_name = "NAME", hide_env_values = true)]
    profile: Option<String>,
    /// Address of the server
    #[arg(long, global = true, env = "CONTACTS_URL", value_name = "URL", hide_env_values = true)]
    url: Option<String>,
    /// API key; prefer a file or a profile, because flags are stored in the shell history
    #[arg(long, global = true, env = "CONTACTS_API_KEY", value_name = "KEY", hide_env_values = true)]
    api_key: Option<KeyText>,
    /// File that contains the API key
    #[arg(long, global = true, env = "CONTACTS_API_KEY_FILE", value_name = "FILE", hide_env_values = true)]
    #[arg(value_parser = OsStringValueParser::new().map(PathBuf::from))]
    api_key_file: Option<PathBuf>,
    /// Allow plain HTTP to another machine, where others on the network can read the API key. `contacts login` stores
    /// this in the profile
    #[arg(long, global = true, env = "CONTACTS_INSECURE_HTTP", hide_env_values = true)]
    #[arg(hide_short_help = true, value_parser = FalseyValueParser::new())]
    pub(crate) insecure_http: bool,
}

impl ConnectionArgs {
    /// Returns the name of the profile. An empty name counts as not set.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.profile.as_deref().filter(|name| !name.is_empty())
    }

    /// Returns the address.
    pub(crate) fn url(&self) -> Option<String> {
        self.url.clone().filter(|url| !url.is_empty())
    }

    /// Chooses between the API key and the file that contains it: the command line takes precedence over the
    /// environment.
    ///
    /// # Errors
    /// Both are on the command line, or both are in the environment.
    pub(crate) fn choose_key(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        use ValueSource::{CommandLine, EnvVariable};
        // An empty variable counts as not set: build servers define one for a missing secret.
        self.api_key.take_if(|key| key.0.is_empty());
        self.api_key_file.take_if(|file| file.as_os_str().is_empty());
        if self.api_key.is_none() || self.api_key_file.is_none() {
            return Ok(());
        }
        let both = match (matches.value_source("api_key"), matches.value_source("api_key_file")) {
            (Some(CommandLine), Some(EnvVariable)) => {
                self.api_key_file = None;
                return Ok(());
            }
            (Some(EnvVariable), Some(CommandLine)) => {
                self.api_key = None;
                return Ok(());
            }
            (Some(EnvVariable), _) => "set either CONTACTS_API_KEY or CONTACTS_API_KEY_FILE",
            _ => "use either --api-key or --api-key-file",
        };
        Err(clap::Error::raw(ErrorKind::ArgumentConflict, format!("{both}\n")))
    }

    /// Returns the key from a flag, the environment or a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn key(&self) -> Result<Option<KeyText>, Failure> {
        match &self.api_key_file {
            Some(file) => secret_file::read(file).map(|key| Some(KeyText::from(key.as_str()))),
            None => Ok(self.api_key.clone()),
        }
    }
}

/// What was given as an API key. Even a mistyped key is confidential, so its debug text does not contain it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct KeyText(String);

impl KeyText {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the part of the key that may be shown.
    pub(crate) fn hint(&self) -> String {
        ApiKey::parse(&self.0).map(|key| key.hint()).unwrap_or_default()
    }

    /// Returns the key of a server of this project.
    ///
    /// # Errors
    /// The text is not such a key.
    pub(crate) fn parse(&self) -> Result<ApiKey, Failure> {
        ApiKey::parse(&self.0).ok_or_else(|| {
            Failure::usage("the API key is invalid")
                .because("a key is `ctk_` and 28 letters and digits, of which the last six are a checksum")
                .tip("copy the complete key again")
        })
    }
}

/// Accepts any text, because clap would show an invalid value in its error.
impl From<&str> for KeyText {
    fn from(text: &str) -> Self {
        Self(text.trim().to_owned())
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(…)")
    }
}
