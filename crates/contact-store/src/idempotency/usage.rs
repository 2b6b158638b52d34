//! Counts the bytes of stored responses by company and hour.
//!
//! The transaction that stores responses adds their bytes to the company's count of the hour. The company's quota
//! is compared with the counts of the last 24 hours: a few short rows, however many responses there are.

use std::collections::BTreeMap;
use std::time::Duration;

use contact_model::{CompanyId, Timestamp, idempotency};

use super::response_row::ResponseRow;

/// What a company has stored in the counted hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) bytes: u64,
    /// The time until some of these bytes do not count any more.
    pub(crate) available_in: Duration,
}

/// Returns the bytes of responses by company and hour.
pub(crate) fn by_hour(responses: &[ResponseRow]) -> BTreeMap<(CompanyId, i64), i64> {
    let mut bytes: BTreeMap<_, i64> = BTreeMap::new();
    for row in responses {
        let sum = bytes.entry((row.request.company_id, row.hour())).or_default();
        *sum = sum.saturating_add_unsigned(row.stored_bytes());
    }
    bytes
}

/// Adds the bytes that a company has stored in an hour.
pub(crate) fn add(
    used: &mut BTreeMap<CompanyId, Usage>,
    company: CompanyId,
    bytes: u64,
    hour: i64,
    now: Timestamp,
) {
    let available_in = idempotency::time_until_uncounted(hour, now);
    let sum = used.entry(company).or_insert(Usage { bytes: 0, available_in });
    sum.bytes = sum.bytes.saturating_add(bytes);
    sum.available_in = sum.available_in.min(available_in);
}
