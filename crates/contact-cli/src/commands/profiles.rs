//! `profiles`

use serde::Serialize;

use crate::failure::Failure;
use crate::output::columns::Columns;
use crate::output::printer::Printer;
use crate::output::record::Record;
use crate::profiles::{Profile, ProfileFile};

/// A profile without its key.
#[derive(Debug, Serialize)]
struct Listed {
    profile: String,
    url: String,
    key_hint: String,
}

impl Record for Listed {
    const COLUMNS: &'static [&'static str] = &["profile", "url", "key_hint"];
    const KEYS: &'static [&'static str] = Self::COLUMNS;

    fn id(&self) -> String {
        self.profile.clone()
    }
}

pub(super) fn run(printer: Printer) -> Result<(), Failure> {
    let mut list = printer.list(Columns::default());
    for (profile, Profile { url, api_key, .. }) in ProfileFile::read()?.profiles.by_name {
        list.add(&Listed { profile, url, key_hint: api_key.hint() })?;
    }
    list.end()
}
