//! How many requests the API keys of a company may send. Extension.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The highest limit that can be set.
const HIGHEST: u32 = 1_000_000;

/// The kind of request that a rate limit applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// Requests that only read.
    Reads,
    /// All other requests.
    Writes,
}

impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
        })
    }
}

/// The limit of a company for the requests of each of its API keys. In JSON, it is a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RateLimit {
    /// The limit of the server.
    #[default]
    Default,
    /// No limit.
    None,
    /// Requests per second.
    PerSecond(NonZeroU32),
}

/// The limits of a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateLimits {
    /// The limit of requests that only read.
    pub reads: RateLimit,
    /// The limit of all other requests.
    pub writes: RateLimit,
}

impl RateLimit {
    /// Returns the number of requests per second, or `None` if there is no limit. `default` is the limit of the server.
    pub fn per_second(self, default: Option<NonZeroU32>) -> Option<NonZeroU32> {
        match self {
            Self::Default => default,
            Self::None => None,
            Self::PerSecond(limit) => Some(limit),
        }
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::None => f.write_str("none"),
            Self::PerSecond(limit) => limit.fmt(f),
        }
    }
}

impl FromStr for RateLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "default" => Ok(Self::Default),
            "none" => Ok(Self::None),
            number => {
                let limit = number.parse().ok().filter(|limit: &NonZeroU32| limit.get() <= HIGHEST);
                limit.map(Self::PerSecond).ok_or_else(|| {
                    format!("use a number of requests per second from 1 to {HIGHEST}, none or default")
                })
            }
        }
    }
}

impl From<RateLimit> for String {
    fn from(limit: RateLimit) -> Self {
        limit.to_string()
    }
}

impl TryFrom<String> for RateLimit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_is_read_as_it_is_shown() {
        for text in ["default", "none", "1", "1000000"] {
            assert_eq!(text.parse::<RateLimit>().unwrap().to_string(), text);
        }
        for text in ["", "0", "-1", "1000001", "1.5", "None"] {
            assert!(text.parse::<RateLimit>().is_err(), "{text}");
        }
    }

    #[test]
    fn company_without_a_limit_of_its_own_has_that_of_the_server() {
        let limit = NonZeroU32::new(10);
        assert_eq!(RateLimit::Default.per_second(limit), limit);
        assert_eq!(RateLimit::Default.per_second(None), None);
        assert_eq!(RateLimit::None.per_second(limit), None);
        assert_eq!("20".parse::<RateLimit>().unwrap().per_second(limit), NonZeroU32::new(20));
    }
}
