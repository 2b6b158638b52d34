//! A limit for the size of the results of writes that are done together.

use std::sync::Arc;

/// Returns true if the results of a caller's writes may have this size. It is called before the writes are committed,
/// with the number of bytes that the contacts in the results take as JSON. If it returns false, nothing is written. It
/// may be called several times, because the writes may be tried several times until they are done.
pub type ResultSizeCheck = Arc<dyn Fn(usize) -> bool + Send + Sync>;
