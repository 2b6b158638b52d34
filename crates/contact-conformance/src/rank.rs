//! How much a promise weighs.

use std::fmt;

/// Who made a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The API's public documentation: it holds for every server of the API.
    Documented,
    /// This project, where the documentation is silent.
    Decided,
    /// This project, beyond the documentation: for requests that ask for more.
    Extension,
}

impl Rank {
    /// Every rank, the weightiest first.
    pub const ALL: [Self; 3] = [Self::Documented, Self::Decided, Self::Extension];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Decided => "decided",
            Self::Extension => "extension",
        }
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
