//! The cursors that a list has led to so far.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

/// The cursors that a list has led to so far, of each eight bytes: a list of ten million contacts takes less than a
/// megabyte. Each run hashes with keys of its own, so no server can choose cursors with the same hash.
#[derive(Debug, Default)]
pub(crate) struct SeenCursors {
    keys: RandomState,
    hashes: HashSet<u64>,
}

impl SeenCursors {
    /// Adds a cursor. Returns false if it was there already, so that following it would lead in a circle.
    pub(crate) fn add(&mut self, cursor: &str) -> bool {
        self.hashes.insert(self.keys.hash_one(cursor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cursor_is_new_once() {
        let mut seen = SeenCursors::default();
        assert!((0..50_000).all(|page| seen.add(&page.to_string())));
        assert!((0..50_000).all(|page| !seen.add(&page.to_string())));
    }
}
