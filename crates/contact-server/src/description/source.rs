//! The source of a part of the API.

use serde_json::json;
use utoipa::openapi::extensions::Extensions;

/// The source of a part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Defined in the public documentation.
    Documented,
    /// Not defined in the public documentation, so this server decides it. The description marks it with
    /// `x-decided: true`.
    Decided,
    /// It goes beyond the public documentation. The description marks it with `x-extension: true`.
    Extension,
}

impl Source {
    /// Returns the mark of the source; `None` for a documented part.
    pub(crate) fn mark(self) -> Option<Extensions> {
        let name = match self {
            Self::Documented => return None,
            Self::Decided => "x-decided",
            Self::Extension => "x-extension",
        };
        Some([(name.to_owned(), json!(true))].into_iter().collect())
    }
}
