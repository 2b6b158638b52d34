//! Work that runs in one transaction.

use contact_model::clock::Clock;

use super::transaction::ContactTransaction;
use crate::connection::DatabaseFuture;

/// Work that runs in one transaction, which is committed if the work succeeds and rolled back if it fails. The work
/// may run again after conflicts with other transactions, so it must not change its own state.
pub(crate) trait Work: Send + Sync + 'static {
    type Output: Send + 'static;

    fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> impl DatabaseFuture<Self::Output>;

    /// Returns true if the transaction is to be committed. Otherwise it is rolled back, but the result is still
    /// returned.
    fn commits(&self, _output: &Self::Output) -> bool {
        true
    }

    /// Returns true if the work probably writes with one statement only, which needs no transaction around it.
    fn writes_one_statement(&self) -> bool {
        false
    }

    /// Returns the number of items that the work writes, if it is known.
    fn item_count(&self) -> Option<usize> {
        None
    }

    /// Returns true if the work may remove contacts permanently.
    fn erases(&self) -> bool {
        false
    }
}
