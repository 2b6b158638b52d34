//! The interface of an operation.

use contact_model::CompanyId;
use contact_model::clock::Clock;

use crate::connection::{Connection, DatabaseFuture};

/// An operation that is not a write of contacts. If it refuses or fails, its transaction is rolled back.
///
/// Only this crate has operations, because `Connection` is private.
pub trait StoreOperation: Send + Sync + 'static {
    /// The result of the operation.
    type Output: Clone + Send + 'static;

    /// True if the operation changes nothing and needs no turn, so that any connection can run it.
    const IS_READ: bool;

    /// Returns the company whose turn the operation takes. `None` if it belongs to no company, or needs no turn.
    fn company(&self) -> Option<CompanyId>;

    /// Runs the operation.
    fn run<C: Connection>(&self, connection: &mut C, clock: &dyn Clock) -> impl DatabaseFuture<Self::Output>;
}

/// Implements [`StoreOperation`] for a type. The operation either only reads and needs no turn, or takes a
/// turn of a company or of none.
macro_rules! operation {
    ($name:ty => $output:ty, reads, |$self:ident, $connection:ident, $clock:ident| $body:block) => {
        $crate::company::operation::operation!(
            $name => $output, true, None, |$self, $connection, $clock| $body
        );
    };
    ($name:ty => $output:ty, takes_turn_of: $company:expr, |$self:ident, $connection:ident, $clock:ident| $body:block) => {
        $crate::company::operation::operation!(
            $name => $output, false, $company, |$self, $connection, $clock| $body
        );
    };
    ($name:ty => $output:ty, $reads:literal, $company:expr, |$self:ident, $connection:ident, $clock:ident| $body:block) => {
        impl $crate::company::operation::StoreOperation for $name {
            type Output = $output;
            const IS_READ: bool = $reads;

            fn company(&$self) -> Option<contact_model::CompanyId> {
                $company
            }

            async fn run<C: $crate::connection::Connection>(
                &$self,
                $connection: &mut C,
                $clock: &dyn contact_model::clock::Clock,
            ) -> Result<$output, $crate::StoreError> $body
        }
    };
}
pub(crate) use operation;
