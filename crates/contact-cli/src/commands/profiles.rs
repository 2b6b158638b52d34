//! `logout | profiles`

use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::messages;
use crate::output::record::records;
use crate::profiles::{DEFAULT, Profile, ProfileFile};

/// A profile without its key.
#[derive(Debug, Serialize)]
struct ListedProfile {
    profile: String,
    url: String,
    key_hint: String,
}

records! { ListedProfile, "profile", ["profile", "url", "key_hint"], ["profile", "url", "key_hint"]; }

pub(super) fn list(context: &Context) -> Result<(), Failure> {
    let listed = |(profile, Profile { url, api_key, .. }): (String, Profile)| ListedProfile {
        profile,
        url,
        key_hint: api_key.hint(),
    };
    let profiles = ProfileFile::read()?.profiles;
    context.printer.all(profiles.into_iter().map(listed), Vec::new())
}

pub(super) fn remove(context: &Context) -> Result<(), Failure> {
    let name = context.connection.profile().unwrap_or(DEFAULT);
    let mut file = ProfileFile::read()?;
    file.get(name)?;
    file.profiles.remove(name);
    file.write()?;
    messages::note(&format!("removed profile `{name}`"));
    Ok(())
}
