//! Which server is asked, and with which key.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{FalseyValueParser, OsStringValueParser, TypedValueParser as _};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use contact_client::model::ApiKey;

use crate::failure::Failure;
use crate::secret_file;

const CONNECTION: &str = "Connection";

/// Which server is asked, and with which key. A flag wins over the environment, which wins over the profile.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConnectionArgs {
    /// Use this profile of `contacts login`
    #[arg(long, global = true, env = "CONTACTS_PROFILE", value_name = "NAME", help_heading = CONNECTION)]
    #[arg(hide_env_values = true)]
    pub(crate) profile: Option<String>,
    /// The server's address
    #[arg(long, global = true, env = "CONTACTS_URL", value_name = "URL", help_heading = CONNECTION)]
    #[arg(hide_env_values = true)]
    pub(crate) url: Option<String>,
    /// The API key; a file, the environment or a profile keeps it out of the shell's history
    #[arg(long, global = true, env = "CONTACTS_API_KEY", value_name = "KEY", help_heading = CONNECTION)]
    #[arg(hide_env_values = true)]
    pub(crate) api_key: Option<KeyText>,
    /// File that holds the API key, which keeps it out of the shell's history and the list of processes
    #[arg(long, global = true, env = "CONTACTS_API_KEY_FILE", value_name = "FILE", help_heading = CONNECTION)]
    #[arg(hide_env_values = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(crate) api_key_file: Option<PathBuf>,
    /// Allow plain HTTP to an address that is not on this machine, where others can read the key on its way.
    /// `contacts login` stores this in the profile
    #[arg(long, global = true, env = "CONTACTS_INSECURE_HTTP", help_heading = CONNECTION)]
    #[arg(hide_env_values = true, hide_short_help = true, value_parser = FalseyValueParser::new())]
    pub(crate) insecure_http: bool,
}

impl ConnectionArgs {
    /// The profile that a flag or the environment names; an empty name is none.
    pub(crate) fn said_profile(&self) -> Option<&str> {
        self.profile.as_deref().filter(|name| !name.is_empty())
    }

    /// The address that a flag or the environment says.
    pub(crate) fn said_url(&self) -> Option<String> {
        self.url.clone().filter(|url| !url.is_empty())
    }

    /// Decides between the API key and the file that holds it: the command line wins over the environment.
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

    /// The key that a flag, the environment or a file holds.
    ///
    /// # Errors
    /// Returns an error if the value is not a key, or the file cannot be read.
    pub(crate) fn said_key(&self) -> Result<Option<ApiKey>, Failure> {
        let source = match &self.api_key_file {
            Some(file) => format!("what {} holds", file.display()),
            None => "what `--api-key` or CONTACTS_API_KEY says".to_owned(),
        };
        self.said_any_key()?.map(|key| key.read(&source)).transpose()
    }

    /// Returns the key from a flag, the environment or a file. Accepts any form, because the keys of another server may
    /// have another one.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub(crate) fn said_any_key(&self) -> Result<Option<KeyText>, Failure> {
        match &self.api_key_file {
            Some(file) => secret_file::read(file).map(|key| Some(KeyText(key))),
            None => Ok(self.api_key.clone()),
        }
    }
}

/// What was given as an API key. A mistyped one is still most of a secret, so it shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeyText(pub(crate) String);

impl KeyText {
    /// The key.
    ///
    /// # Errors
    /// It is none: a mistyped key is told without asking the server.
    pub(crate) fn read(&self, source: &str) -> Result<ApiKey, Failure> {
        ApiKey::parse(self.0.trim()).ok_or_else(|| {
            Failure::usage(format!("{source} is no API key"))
                .because("a key is `ctk_` and 28 letters and digits, the last six of them a checksum")
                .tip("paste it once more, whole and without anything around it")
        })
    }
}

/// Any text is taken here, because what refuses a value shows it.
impl FromStr for KeyText {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText(…)")
    }
}
