//! What an API key may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an API key may do. Each level includes the levels before it. Extension: the documentation knows only
/// one kind of key, which is `write`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Read contacts and the definitions of custom fields.
    Read,
    /// Read and write contacts, agents and threads. The default.
    #[default]
    Write,
    /// Manage the company: its custom fields and its API keys.
    Admin,
}

impl Access {
    /// Every level, from the least to the most access.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    /// Returns the name of the level in the API, the database and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// Returns true if a key with this level may do what requires `needed`.
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
            .ok_or_else(|| format!("`{word}` is not an access level: use read, write or admin"))
    }
}

#[cfg(test)]
mod tests {
    use super::Access::{Admin, Read, Write};

    #[test]
    fn each_level_includes_the_levels_before_it() {
        assert!(Admin.allows(Write) && Write.allows(Read) && Read.allows(Read));
        assert!(!Read.allows(Write) && !Write.allows(Admin));
    }
}
