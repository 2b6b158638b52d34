//! Detects lists whose pages form a cycle.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

/// The cursors that a list has returned so far, as hashes of eight bytes each: a list of ten million contacts takes less
/// than a megabyte. The hash is keyed with random numbers, so that a server cannot choose cursors that collide.
#[derive(Debug, Default)]
pub(crate) struct SeenCursors {
    keys: RandomState,
    hashes: HashSet<u64>,
}

impl SeenCursors {
    /// Adds a cursor. Returns false if the list has returned it before.
    pub(crate) fn add(&mut self, cursor: &str) -> bool {
        self.hashes.insert(self.keys.hash_one(cursor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cursor_is_new_only_once() {
        let mut seen = SeenCursors::default();
        assert!((0..50_000).all(|page| seen.add(&page.to_string())));
        assert!((0..50_000).all(|page| !seen.add(&page.to_string())));
    }
}
