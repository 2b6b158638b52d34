//! What an API key may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an API key may do; each kind may do what the one before it may. Extension: the
/// documentation knows one kind of key, which is [`Access::Write`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Read contacts, and which custom fields there are.
    Read,
    /// Read and write contacts, agents and threads. The default.
    #[default]
    Write,
    /// Manage the company itself: its custom fields and its keys.
    Admin,
}

impl Access {
    /// Every kind, the least first.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    /// The word for it in the API, the database and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// True where a key of this kind may do what asks for `needed`.
    pub fn allows(self, needed: Self) -> bool {
        self >= needed
    }
}

impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Access {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|access| access.as_str() == word)
            .ok_or_else(|| format!("`{word}` is no kind of access: use read, write or admin"))
    }
}

#[cfg(test)]
mod tests {
    use super::Access::{Admin, Read, Write};

    #[test]
    fn each_kind_may_do_what_the_one_before_it_may() {
        assert!(Admin.allows(Write) && Write.allows(Read) && Read.allows(Read));
        assert!(!Read.allows(Write) && !Write.allows(Admin));
    }
}
