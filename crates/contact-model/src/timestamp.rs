//! Timestamps.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::KnownFormat;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::schema;

/// A timestamp: RFC 3339 (documented), in UTC with `Z` and at most microseconds (decided), which is the
/// precision of both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        schema::formatted(KnownFormat::DateTime).into()
    }
}

impl ToSchema for Timestamp {}

impl Timestamp {
    /// Creates a timestamp that is truncated to microseconds. A leap second becomes the second after it, as
    /// in the databases.
    pub fn new(at: DateTime<Utc>) -> Self {
        let cut = at.trunc_subsecs(6);
        Self(DateTime::from_timestamp_micros(cut.timestamp_micros()).unwrap_or(cut))
    }

    /// Returns true if RFC 3339 can represent the timestamp: its year has four digits.
    pub(crate) fn is_rfc_3339(self) -> bool {
        (0..=9999).contains(&self.0.year())
    }

    /// Returns the number of microseconds since 1970-01-01T00:00:00Z.
    pub fn as_micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// Creates a timestamp from the number of microseconds since 1970-01-01T00:00:00Z. Returns `None` if
    /// chrono cannot represent it.
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Self)
    }

    /// Returns the timestamp that is earlier by `duration`, or the same timestamp if chrono cannot represent
    /// the result.
    pub fn earlier_by(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self::from_micros(self.as_micros().saturating_sub(micros)).unwrap_or(self)
    }

    /// Returns the timestamp that is later by `duration`, or the same timestamp if chrono cannot represent the
    /// result.
    #[must_use]
    pub fn later_by(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self::from_micros(self.as_micros().saturating_add(micros)).unwrap_or(self)
    }

    /// Returns the beginning of the minute that contains the timestamp.
    pub fn cut_to_minute(self) -> Self {
        const MINUTE: i64 = 60_000_000;
        let micros = self.as_micros();
        Self::from_micros(micros - micros.rem_euclid(MINUTE)).unwrap_or(self)
    }

    /// Returns the timestamp as a chrono type.
    pub fn as_datetime(self) -> DateTime<Utc> {
        self.0
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self::new(at)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = chrono::ParseError;

    /// Parses RFC 3339 with any offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DateTime::parse_from_rfc3339(text).map(|at| Self::new(at.with_timezone(&Utc)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_displayed_in_utc_and_truncated_to_microseconds() {
        let at: Timestamp = "2023-11-07T06:31:56.123456789+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2023-11-07T05:31:56.123456Z");
        assert_eq!(Timestamp::from_micros(at.as_micros()), Some(at));
    }

    #[test]
    fn a_leap_second_becomes_the_second_after_it() {
        let at: Timestamp = "2016-12-31T23:59:60.5Z".parse().unwrap();
        assert_eq!(at.to_string(), "2017-01-01T00:00:00.500Z");
        assert_eq!(Timestamp::from_micros(at.as_micros()), Some(at));
    }

    #[test]
    fn rfc_3339_has_years_of_four_digits() {
        let is_shown = |time: &str| time.parse::<Timestamp>().unwrap().is_rfc_3339();
        assert!(is_shown("0000-01-01T00:00:00Z") && is_shown("9999-12-31T23:59:59Z"));
        assert!(!is_shown("0000-01-01T00:00:00+01:00") && !is_shown("9999-12-31T23:59:59-01:00"));
    }

    #[test]
    fn whole_seconds_have_no_fraction() {
        let at: Timestamp = "2023-11-07T05:31:56Z".parse().unwrap();
        assert_eq!(at.to_string(), "2023-11-07T05:31:56Z");
    }
}
