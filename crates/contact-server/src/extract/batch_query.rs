//! The query parameters of a batch, and the rule that decides whether a batch is one transaction.

use super::{Prefer, boolean_query};

boolean_query!(
    /// The query parameters of a batch.
    BatchQuery {
        /// If true, all items are done or none. Otherwise each is done or refused on its own.
        Extension atomic
    }
);

impl BatchQuery {
    /// Returns true if the whole batch is written in one transaction: all or none of it must be done, its response is
    /// stored, it is a dry run, or its response contains contacts.
    pub(crate) fn is_one_transaction(self, has_key: bool, prefer: Prefer) -> bool {
        self.atomic || has_key || prefer.is_dry_run() || prefer.returns_contact()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::*;
    use crate::extract::PREFER;

    fn prefer(value: &'static str) -> Prefer {
        Prefer::from_headers(&HeaderMap::from_iter([(PREFER, HeaderValue::from_static(value))]))
    }

    #[test]
    fn a_batch_is_one_transaction_in_four_cases() {
        for (atomic, has_key, preferences) in [
            (true, false, ""),
            (false, true, ""),
            (false, false, "return=representation"),
            (false, false, "return=receipt"),
            (false, false, "tx=rollback"),
        ] {
            assert!(BatchQuery { atomic }.is_one_transaction(has_key, prefer(preferences)), "{preferences}");
        }
        for preferences in ["", "handling=strict"] {
            assert!(!BatchQuery { atomic: false }.is_one_transaction(false, prefer(preferences)));
        }
    }
}
