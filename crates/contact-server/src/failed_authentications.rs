//! Records failed authentications in the audit trail. There is at most one event for each address and second, however
//! many requests fail.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::telemetry::AUDIT;

/// How long failures are counted before they are logged.
const LOG_INTERVAL: Duration = Duration::from_secs(1);
/// The number of addresses that get an event of their own in a period. The failures of all others are one event.
const MAX_ADDRESSES: usize = 16;

/// The failed authentications that are not logged yet. Clients cannot make them take more memory than a fixed amount.
#[derive(Default)]
pub(crate) struct FailedAuthentications {
    counts: Mutex<Counts>,
    counted_some: Notify,
}

#[derive(Default)]
struct Counts {
    by_address: HashMap<IpAddr, Failures>,
    from_others: u64,
}

struct Failures {
    count: u64,
    /// The id of the first request.
    request_id: String,
}

impl FailedAuthentications {
    /// Counts a request whose response was a 401.
    pub(crate) fn record(&self, client: IpAddr, request_id: &str) {
        let mut counts = self.counts.lock();
        if let Some(failures) = counts.by_address.get_mut(&client) {
            failures.count += 1;
        } else if counts.by_address.len() < MAX_ADDRESSES {
            counts.by_address.insert(client, Failures { count: 1, request_id: request_id.to_owned() });
        } else {
            counts.from_others += 1;
        }
        drop(counts);
        self.counted_some.notify_one();
    }

    /// Logs the counted failures, at most once in a period. Never returns.
    pub(crate) async fn log_periodically(&self) {
        loop {
            self.counted_some.notified().await;
            tokio::time::sleep(LOG_INTERVAL).await;
            self.log();
        }
    }

    /// Logs the failures that are counted so far.
    pub(crate) fn log(&self) {
        let Counts { by_address, from_others } = std::mem::take(&mut *self.counts.lock());
        for (client, Failures { count, request_id }) in by_address {
            tracing::warn!(
                target: AUDIT,
                event = "authentication_failed",
                count,
                client = display(client),
                first_request_id = request_id,
            );
        }
        if from_others > 0 {
            tracing::warn!(target: AUDIT, event = "authentication_failed", count = from_others, client = "others");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_counted_and_memory_is_limited() {
        let failed = FailedAuthentications::default();
        for round in 0..3_u32 {
            for address in 0..100_u32 {
                failed.record(IpAddr::V4(address.into()), &format!("{round}-{address}"));
            }
        }
        let counts = std::mem::take(&mut *failed.counts.lock());
        assert_eq!(counts.by_address.len(), MAX_ADDRESSES);
        let named: u64 = counts.by_address.values().map(|failures| failures.count).sum();
        assert_eq!(named + counts.from_others, 300);
        let first = &counts.by_address[&IpAddr::V4(0.into())];
        assert_eq!((first.count, first.request_id.as_str()), (3, "0-0"));
    }
}
