//! The numbers of advisory locks.

use sha2::{Digest, Sha256};

/// Returns the number of the lock that these parts name. All parts except the last must each have a fixed length.
/// Two names may share a number, which costs a wait or a retry but does no harm.
pub(super) fn of(parts: &[&[u8]]) -> i64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().take(8).fold(0, |lock, byte| (lock << 8) | i64::from(*byte))
}
