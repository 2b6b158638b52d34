//! How long the response to a write is stored, and how the stored responses of a company are counted.

use std::time::Duration;

use crate::Timestamp;

/// How long the response to a write is stored. During this time, the same request gets the stored response.
pub const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the time since which stored responses have not expired.
pub fn retention_start(now: Timestamp) -> Timestamp {
    now.earlier_by(RETENTION)
}

/// Microseconds in an hour.
const HOUR: i64 = 60 * 60 * 1_000_000;

/// Returns the hour that contains `at`, counted from 1970-01-01T00:00:00Z. A company's stored responses are
/// counted by the hour in which they were stored.
pub fn hour_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(HOUR)
}

/// Returns the first hour that counts against a company's quota, because responses that were stored in it may
/// not have expired.
pub fn first_counted_hour(now: Timestamp) -> i64 {
    hour_of(retention_start(now))
}

/// Returns how much longer an hour counts against a company's quota, in whole seconds and at least one.
pub fn time_until_uncounted(hour: i64, now: Timestamp) -> Duration {
    let end = hour.saturating_add(1).saturating_mul(HOUR);
    let left = end.saturating_sub(retention_start(now).as_micros());
    Duration::from_secs(u64::try_from(left).unwrap_or_default().div_ceil(1_000_000).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_stored_for_a_day() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        assert_eq!(retention_start(now), "2026-03-01T10:00:00Z".parse().unwrap());
    }

    #[test]
    fn an_hour_counts_until_all_of_its_responses_have_expired() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let hour = hour_of(at("2026-03-01T10:59:59.999999Z"));
        assert_eq!(hour, hour_of(at("2026-03-01T10:00:00Z")));
        let last = at("2026-03-02T10:59:59.999999Z");
        assert_eq!(first_counted_hour(last), hour);
        assert_eq!(time_until_uncounted(hour, last), Duration::from_secs(1));
        let over = at("2026-03-02T11:00:00Z");
        assert_eq!(first_counted_hour(over), hour + 1);
        assert_eq!(time_until_uncounted(hour + 1, over), Duration::from_secs(60 * 60));
        assert_eq!(time_until_uncounted(hour, at("2026-03-01T10:00:00Z")), Duration::from_secs(25 * 60 * 60));
        assert_eq!(
            time_until_uncounted(hour, at("2026-04-01T10:00:00Z")),
            Duration::from_secs(1),
            "it counts no more"
        );
    }
}
