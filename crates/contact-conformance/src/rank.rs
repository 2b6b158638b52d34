//! The ranks of requirements.

use std::fmt;

/// The rank of a requirement: where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The public documentation of the API. Every server of the API must meet it.
    Documented,
    /// A decision of this project for a question that the documentation leaves open.
    Decided,
    /// An extension of this project, which affects only requests that use it.
    Extension,
}

impl Rank {
    /// All ranks, the most binding first.
    pub const ALL: [Self; 3] = [Self::Documented, Self::Decided, Self::Extension];

    /// Returns the name.
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
