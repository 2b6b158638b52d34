//! The numbers of advisory locks.

use sha2::{Digest, Sha256};

/// The number of what these parts name, of which all but the last are of one length each. Two names may share a
/// number, which costs a wait or a second try and harms nothing.
pub(super) fn of(parts: &[&[u8]]) -> i64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().take(8).fold(0, |lock, byte| (lock << 8) | i64::from(*byte))
}
