//! The cursor of a list that is sorted by id. Extension.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::list::cursor_encoding::{self, InvalidCursor};
use crate::{AgentId, ApiKeyId, WebhookId};

/// An id of a list that is sorted by id. Ids are UUIDs of version 7, so this is the order of creation.
pub trait CursorId: Copy + From<Uuid> + Into<Uuid> {
    /// The name of the list in the checksums of its cursors.
    const LIST: &'static str;
}

impl CursorId for AgentId {
    const LIST: &'static str = "agents";
}

impl CursorId for ApiKeyId {
    const LIST: &'static str = "api-keys";
}

impl CursorId for WebhookId {
    const LIST: &'static str = "webhooks";
}

/// The id that a page begins after, whether or not it still exists. Clients must treat the encoded cursor as
/// opaque.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdCursor<I>(pub I);

impl<I: CursorId> From<IdCursor<I>> for Uuid {
    fn from(cursor: IdCursor<I>) -> Self {
        cursor.0.into()
    }
}

/// Encodes the id.
impl<I: CursorId> fmt::Display for IdCursor<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id: Uuid = self.0.into();
        f.write_str(&cursor_encoding::encode(I::LIST, id.as_bytes()))
    }
}

impl<I: CursorId> FromStr for IdCursor<I> {
    type Err = InvalidCursor;

    fn from_str(word: &str) -> Result<Self, InvalidCursor> {
        let place = cursor_encoding::decode(I::LIST, word).ok_or(InvalidCursor)?;
        Uuid::from_slice(&place).map(|id| Self(id.into())).map_err(|_| InvalidCursor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_decoded_only_by_its_own_list(id in any::<u128>()) {
            let id = Uuid::from_u128(id);
            let (agent, key) = (IdCursor(AgentId(id)), IdCursor(ApiKeyId(id)));
            prop_assert_eq!(agent.to_string().parse(), Ok(agent));
            prop_assert_eq!(key.to_string().parse(), Ok(key));
            prop_assert_eq!(agent.to_string().parse::<IdCursor<ApiKeyId>>(), Err(InvalidCursor));
            prop_assert_eq!(key.to_string().parse::<IdCursor<AgentId>>(), Err(InvalidCursor));
        }
    }

    #[test]
    fn a_position_of_another_length_is_refused() {
        for bad in [&[0; 15][..], &[0; 17], &[]] {
            let word = cursor_encoding::encode(AgentId::LIST, bad);
            assert_eq!(word.parse::<IdCursor<AgentId>>(), Err(InvalidCursor), "{bad:?}");
        }
    }

    #[test]
    fn encoding_is_stable() {
        // A change of the encoding breaks links that clients have stored.
        let id = Uuid::from_u128(7);
        assert_eq!(IdCursor(AgentId(id)).to_string(), "AAAAAAAAAAAAAAAAAAAAB2frZec");
        assert_eq!(IdCursor(ApiKeyId(id)).to_string(), "AAAAAAAAAAAAAAAAAAAAB_9BkHE");
    }
}
