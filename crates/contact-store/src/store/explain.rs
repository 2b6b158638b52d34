//! Query plans.

use contact_model::clock::Clock;

use crate::StoreError;
use crate::contacts::list::{self, ContactListing, Explaining, Plan};
use crate::contacts::transaction::ContactTransaction;
use crate::contacts::work::Work;

/// Returns the query plans of the statements that read a page of a list.
pub(super) struct ExplainList(pub(super) ContactListing);

impl Work for ExplainList {
    type Output = Vec<Plan>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        _clock: &dyn Clock,
    ) -> Result<Vec<Plan>, StoreError> {
        let mut explaining = Explaining::new(connection);
        list::list(&mut explaining, &self.0).await?;
        Ok(explaining.plans)
    }
}

/// Returns the query plans of the statements that look up contacts by their matching keys.
pub(super) struct ExplainMatch;

impl Work for ExplainMatch {
    type Output = Vec<Plan>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        _clock: &dyn Clock,
    ) -> Result<Vec<Plan>, StoreError> {
        let mut plans = Vec::new();
        for (statement, parameters) in C::MATCH_STATEMENTS {
            let steps = connection.explain(statement, *parameters).await?;
            plans.push(Plan { statement: (*statement).to_owned(), steps });
        }
        Ok(plans)
    }
}
