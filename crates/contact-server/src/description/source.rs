//! The source of a part of the API.

use serde_json::json;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// The source of a part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Defined in the public documentation.
    Documented,
    /// Not defined in the public documentation, so this server decides it.
    Decided,
    /// It goes beyond the public documentation. The description marks it with `x-extension: true`.
    Extension,
}

impl Source {
    /// Returns a text of the description that begins with the source.
    pub(crate) fn text(self, text: &str) -> String {
        match self {
            Self::Documented => text.to_owned(),
            Self::Decided => format!("Decided: {text}"),
            Self::Extension => format!("Extension: {text}"),
        }
    }

    /// Returns the mark of an extension; `None` for everything else.
    pub(crate) fn mark(self) -> Option<Extensions> {
        (self == Self::Extension).then(|| [("x-extension".to_owned(), json!(true))].into_iter().collect())
    }

    /// Returns the description of a response header that contains text.
    pub(crate) fn header(self, text: &str) -> Header {
        let schema = ObjectBuilder::new().schema_type(Type::String);
        let header = HeaderBuilder::new().schema(Some(schema)).description(Some(self.text(text)));
        header.extensions(self.mark()).build()
    }
}
