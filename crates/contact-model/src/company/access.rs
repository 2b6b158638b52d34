//! What an API key may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::string_enum::string_enum;

string_enum! {
    /// What an API key may do: `read` reads contacts and the definitions of custom fields, `write` also writes
    /// contacts, agents and threads, and `admin` also manages custom fields and API keys.
    #[derive(
        Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, ToSchema,
    )]
    #[serde(rename_all = "lowercase")]
    pub enum Access: "an access level" {
        /// Read contacts and the definitions of custom fields.
        Read = "read",
        /// Read and write contacts, agents and threads. The default.
        #[default]
        Write = "write",
        /// Manage the company: its custom fields and its API keys.
        Admin = "admin",
    }
}

impl Access {
    /// Returns true if a key with this level may do what requires `needed`.
    pub fn allows(self, needed: Self) -> bool {
        self >= needed
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
