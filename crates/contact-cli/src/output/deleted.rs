//! The result of a delete, which the API answers with an empty body.

use serde::Serialize;

/// The id of a deleted object.
#[derive(Debug, Serialize)]
pub(crate) struct Deleted {
    deleted: String,
}

impl Deleted {
    pub(crate) fn of(id: impl ToString) -> Self {
        Self { deleted: id.to_string() }
    }
}
