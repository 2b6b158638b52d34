//! What is printed of something that is no longer there.

use serde::Serialize;

use super::record::Record;

/// The id of what is no longer there. The API answers nothing, so this is the program's own.
#[derive(Debug, Serialize)]
pub(crate) struct Deleted {
    deleted: String,
}

impl Deleted {
    /// Of what has this id.
    pub(crate) fn of(id: impl ToString) -> Self {
        Self { deleted: id.to_string() }
    }
}

impl Record for Deleted {
    const COLUMNS: &'static [&'static str] = &["deleted"];
    const KEYS: &'static [&'static str] = &["deleted"];

    fn id(&self) -> String {
        self.deleted.clone()
    }
}
