//! The profiles that `contacts login` keeps: for each a server's address and an API key.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use contact_client::model::ApiKey;
use etcetera::BaseStrategy as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::failure::{Failure, nearest};
use crate::origin;
use crate::secret_file;
use crate::whole_file::WholeFile;

/// The profile that is used where nothing names another.
pub(crate) const DEFAULT: &str = "default";
/// The variable that names another file.
const FILE_VARIABLE: &str = "CONTACTS_CONFIG";

/// The file with the profiles.
#[derive(Debug)]
pub(crate) struct ProfileFile {
    pub(crate) path: PathBuf,
    pub(crate) profiles: Profiles,
}

/// All profiles, by name.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profiles {
    #[serde(default, rename = "profile")]
    pub(crate) by_name: BTreeMap<String, Profile>,
}

/// A server's address and an API key, which is only for the origin of that address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) url: String,
    #[serde(serialize_with = "reveal", deserialize_with = "parse")]
    pub(crate) api_key: ApiKey,
    /// True if the key may be sent over plain HTTP to an address that is not on this machine.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) insecure_http: bool,
}

impl Profile {
    /// Returns true if the address has the scheme, host and port of the profile's server.
    pub(crate) fn is_for(&self, url: &str) -> bool {
        origin::of(url).is_some_and(|asked| origin::of(&self.url) == Some(asked))
    }
}

fn reveal<S: Serializer>(key: &ApiKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(key.reveal())
}

fn parse<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ApiKey, D::Error> {
    let text = String::deserialize(deserializer)?;
    ApiKey::parse(text.trim()).ok_or_else(|| serde::de::Error::custom("this is no API key"))
}

impl ProfileFile {
    /// Reads the profiles; there are none where the file is not there.
    ///
    /// # Errors
    /// The file cannot be read, or holds something else.
    pub(crate) fn read() -> Result<Self, Failure> {
        let path = path()?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unreadable(&path).because(error.to_string())),
        };
        secret_file::warn_if_others_can_read(&path);
        // What the parser itself says shows the line, and a key may stand in it.
        let profiles = toml::from_str(&text).map_err(|error| unreadable(&path).because(error.message()))?;
        Ok(Self { path, profiles })
    }

    /// A profile by its name.
    ///
    /// # Errors
    /// There is none of the name.
    pub(crate) fn get(&self, name: &str) -> Result<&Profile, Failure> {
        self.profiles.by_name.get(name).ok_or_else(|| {
            let failure = Failure::usage(format!("there is no profile `{name}`"));
            let known = || self.profiles.by_name.keys().map(String::as_str);
            match nearest(name, known()) {
                Some(near) => failure.tip(format!("a similar profile exists: `{near}`")),
                None if self.profiles.by_name.is_empty() => {
                    failure.tip(format!("`contacts login --profile {name}` makes it"))
                }
                None => failure.tip(format!("there are: {}", known().collect::<Vec<_>>().join(", "))),
            }
        })
    }

    /// Writes the profiles, for their owner's eyes alone: beside the file first, so that whatever happens
    /// there is the old file or the new one.
    ///
    /// # Errors
    /// The file cannot be written; it is then as it was.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        let text = toml::to_string(&self.profiles)
            .map_err(|error| Failure::local("the profiles cannot be written", error))?;
        replace(&self.path, text.as_bytes())
            .map_err(|error| Failure::local(format!("{} cannot be written", self.path.display()), error))
    }
}

fn unreadable(path: &Path) -> Failure {
    Failure::usage(format!("{} cannot be read", path.display()))
        .tip("mend the file or remove it; `contacts login` makes a new one")
}

fn path() -> Result<PathBuf, Failure> {
    if let Some(path) = std::env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let places = etcetera::choose_base_strategy().map_err(|error| {
        Failure::local("there is no place for profiles", error).tip(format!("{FILE_VARIABLE} names a file"))
    })?;
    Ok(places.config_dir().join("contacts").join("profiles.toml"))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    make_directory(path.parent().unwrap_or(Path::new(".")))?;
    let mut file = WholeFile::begin(path)?;
    file.write_all(bytes)?;
    file.replace()
}

#[cfg(unix)]
fn make_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn make_directory(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_written_as_it_is_read_and_shows_its_key_to_no_one() {
        let key = ApiKey::from_random(1);
        for insecure_http in [false, true] {
            let url = "http://127.0.0.1:8080".to_owned();
            let profile = Profile { url, api_key: key.clone(), insecure_http };
            let profiles = Profiles { by_name: [("work".to_owned(), profile.clone())].into() };
            let text = toml::to_string(&profiles).unwrap();
            assert_eq!(toml::from_str::<Profiles>(&text).unwrap().by_name["work"], profile);
            assert_eq!(text.contains("insecure_http"), insecure_http, "only if it is set");
            assert!(!format!("{profiles:?}").contains(key.reveal()));
        }
    }
}
