//! How the writes of one caller hang together, and with those of others.

use super::answer_room::AnswerRoom;
use super::write::OnceTogether;
use crate::set::End;

/// On which terms the writes of a caller are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) bond: Bond,
    pub(crate) end: End,
    /// All of them together are done once.
    pub(crate) once: Option<OnceTogether>,
    /// Whether there is room for what they show.
    pub(crate) room: Option<AnswerRoom>,
}

/// How the writes of a caller hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bond {
    /// Each is done or refused by itself.
    Free,
    /// Each is done or refused by itself, in a transaction of their own.
    Together,
    /// All are done, or none.
    AllOrNone,
}

impl Terms {
    /// Those of writes that may share a transaction with others', and be divided between several.
    pub(crate) const SHARED: Self = Self { bond: Bond::Free, end: End::Commit, once: None, room: None };
}

/// Those on which writes of several callers share a set.
impl Default for Terms {
    fn default() -> Self {
        Self::SHARED
    }
}
