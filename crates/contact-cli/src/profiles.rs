//! The profiles that `contacts login` stores: the address of a server and an API key.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};

use crate::args::connection::KeyText;
use crate::failure::Failure;
use crate::origin;
use crate::secret_file;
use crate::whole_file::WholeFile;

/// The default profile.
pub(crate) const DEFAULT: &str = "default";
/// The environment variable with the path of another file.
const FILE_VARIABLE: &str = "CONTACTS_CONFIG";

/// The file with the profiles.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileFile {
    #[serde(skip)]
    pub(crate) path: PathBuf,
    /// The profiles by name.
    #[serde(default, rename = "profile")]
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// A server's address and an API key, which is only for the origin of that address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) url: String,
    pub(crate) api_key: KeyText,
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

impl ProfileFile {
    /// Reads the profiles. Without the file there are none.
    ///
    /// # Errors
    /// The file cannot be read or is invalid.
    pub(crate) fn read() -> Result<Self, Failure> {
        let path = path()?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(cannot_read(&path, &error.to_string())),
        };
        secret_file::warn_if_others_can_read(&path);
        // The full error of the parser quotes the line, which may contain a key.
        let file: Self = toml::from_str(&text).map_err(|error| cannot_read(&path, error.message()))?;
        Ok(Self { path, ..file })
    }

    /// Returns a profile by its name.
    ///
    /// # Errors
    /// There is no such profile.
    pub(crate) fn get(&self, name: &str) -> Result<&Profile, Failure> {
        let known = || self.profiles.keys().map(String::as_str);
        self.profiles.get(name).ok_or_else(|| {
            let tip = match known().next() {
                Some(_) => format!("the profiles are {}", known().collect::<Vec<_>>().join(", ")),
                None => format!("create it with `contacts login --profile {name}`"),
            };
            Failure::usage(format!("there is no profile `{name}`")).tip(tip).suggest(name, known())
        })
    }

    /// Writes the profiles to a file that only its owner can read.
    ///
    /// # Errors
    /// The file cannot be written, and is unchanged.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        let failed = |error: &dyn fmt::Display| Failure::unwritable(&self.path, error);
        let text = toml::to_string(self).map_err(|error| failed(&error))?;
        make_directory(self.path.parent().unwrap_or(Path::new("."))).map_err(|error| failed(&error))?;
        WholeFile::write(&self.path, true, &text)
    }
}

fn cannot_read(path: &Path, why: &str) -> Failure {
    Failure::usage(format!("cannot read {}", path.display()))
        .because(why)
        .tip("correct the file, or remove it and run `contacts login`")
}

fn path() -> Result<PathBuf, Failure> {
    if let Some(path) = std::env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let places = etcetera::choose_base_strategy().map_err(|error| {
        Failure::local("there is no directory for profiles", error)
            .tip(format!("set {FILE_VARIABLE} to the path of a file"))
    })?;
    Ok(places.config_dir().join("contacts").join("profiles.toml"))
}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory)
}

#[cfg(test)]
mod tests {
    use contact_client::model::ApiKey;

    use super::*;

    #[test]
    fn a_written_profile_is_read_back_and_its_debug_text_has_no_key() {
        let key = ApiKey::from_random(1);
        for insecure_http in [false, true] {
            let (url, api_key) = ("http://127.0.0.1:8080".to_owned(), KeyText::from(key.reveal()));
            let profile = Profile { url, api_key, insecure_http };
            let profiles = [("work".to_owned(), profile.clone())].into();
            let file = ProfileFile { path: PathBuf::new(), profiles };
            let text = toml::to_string(&file).unwrap();
            assert_eq!(toml::from_str::<ProfileFile>(&text).unwrap().profiles["work"], profile);
            assert_eq!(text.contains("insecure_http"), insecure_http, "only if it is set");
            assert!(!format!("{file:?}").contains(key.reveal()));
        }
    }
}
