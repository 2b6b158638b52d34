//! Which server is asked, and with which key.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use clap::Args;
use clap::builder::FalseyValueParser;
use contact_client::model::ApiKey;

use crate::failure::Failure;

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
    /// The API key; the environment or a profile keep it out of the shell's history
    #[arg(long, global = true, env = "CONTACTS_API_KEY", value_name = "KEY", help_heading = CONNECTION)]
    #[arg(hide_env_values = true)]
    pub(crate) api_key: Option<KeyText>,
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

    /// The key that a flag or the environment says.
    ///
    /// # Errors
    /// It is no key.
    pub(crate) fn said_key(&self) -> Result<Option<ApiKey>, Failure> {
        let said = self.said_any_key();
        said.map(|key| key.read("what `--api-key` or CONTACTS_API_KEY says")).transpose()
    }

    /// The key that a flag or the environment says, whatever its form: another server's may have another.
    pub(crate) fn said_any_key(&self) -> Option<KeyText> {
        self.api_key.clone().filter(|key| !key.0.is_empty())
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
