//! Room for the results of writes that are done together.

use std::fmt;
use std::sync::Arc;

/// Decides whether a caller has room for the results of its writes. It is asked before the writes are committed,
/// with the number of bytes that the contacts in the results take as JSON. Without room nothing is written.
#[derive(Clone)]
pub struct ResultSizeCheck(Arc<dyn Fn(usize) -> bool + Send + Sync>);

impl ResultSizeCheck {
    /// Creates it from a function that returns true if there is room for so many bytes. The function may be called
    /// several times, because the writes may be tried several times until they are done.
    pub fn new(has_room: impl Fn(usize) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(has_room))
    }

    pub(crate) fn allows(&self, bytes: usize) -> bool {
        (self.0)(bytes)
    }
}

impl PartialEq for ResultSizeCheck {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ResultSizeCheck {}

impl fmt::Debug for ResultSizeCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResultSizeCheck")
    }
}
