//! A limit for the size of the results of writes that are done together.

use std::sync::Arc;

/// Decides whether the results of a caller's writes may have this size. It is called before the writes are committed,
/// with the number of bytes that the contacts in the results take as JSON. If it returns false, nothing is written.
#[derive(Clone)]
pub struct ResultSizeCheck(Arc<dyn Fn(usize) -> bool + Send + Sync>);

impl ResultSizeCheck {
    /// Creates it from a function that returns true if the results may have this number of bytes. The function may
    /// be called several times, because the writes may be tried several times until they are done.
    pub fn new(allows: impl Fn(usize) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(allows))
    }

    pub(crate) fn allows(&self, bytes: usize) -> bool {
        (self.0)(bytes)
    }
}
