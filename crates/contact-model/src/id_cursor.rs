//! Where a page begins in a list that is in the order of its ids. Extension.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::cursor_word::{self, BadCursor};
use crate::{AgentId, ApiKeyId};

/// An id of what is listed in the order of the ids: that of their making, which ids of version 7 sort by.
pub trait ListedId: Copy + From<Uuid> + Into<Uuid> {
    /// What the words of its list are told from others by.
    const LIST: &'static str;
}

impl ListedId for AgentId {
    const LIST: &'static str = "agents";
}

impl ListedId for ApiKeyId {
    const LIST: &'static str = "api-keys";
}

/// Where in a list a page begins: behind this id, whether or not something still has it. It travels as a word
/// that means something to the server alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdCursor<I>(pub I);

/// The id.
impl<I: ListedId> fmt::Display for IdCursor<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id: Uuid = self.0.into();
        f.write_str(&cursor_word::encode(I::LIST, id.as_bytes()))
    }
}

impl<I: ListedId> FromStr for IdCursor<I> {
    type Err = BadCursor;

    fn from_str(word: &str) -> Result<Self, BadCursor> {
        let place = cursor_word::decode(I::LIST, word).ok_or(BadCursor)?;
        Uuid::from_slice(&place).map(|id| Self(id.into())).map_err(|_| BadCursor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_by_its_own_list_alone(id in any::<u128>()) {
            let id = Uuid::from_u128(id);
            let (agent, key) = (IdCursor(AgentId(id)), IdCursor(ApiKeyId(id)));
            prop_assert_eq!(agent.to_string().parse(), Ok(agent));
            prop_assert_eq!(key.to_string().parse(), Ok(key));
            prop_assert_eq!(agent.to_string().parse::<IdCursor<ApiKeyId>>(), Err(BadCursor));
            prop_assert_eq!(key.to_string().parse::<IdCursor<AgentId>>(), Err(BadCursor));
        }
    }

    #[test]
    fn a_place_of_another_length_is_none() {
        for bad in [&[0; 15][..], &[0; 17], &[]] {
            let word = cursor_word::encode(AgentId::LIST, bad);
            assert_eq!(word.parse::<IdCursor<AgentId>>(), Err(BadCursor), "{bad:?}");
        }
    }

    #[test]
    fn a_written_cursor_stays_readable() {
        // Changing what is written breaks the links that clients hold.
        let id = Uuid::from_u128(7);
        assert_eq!(IdCursor(AgentId(id)).to_string(), "AAAAAAAAAAAAAAAAAAAAB2frZec");
        assert_eq!(IdCursor(ApiKeyId(id)).to_string(), "AAAAAAAAAAAAAAAAAAAAB_9BkHE");
    }
}
