//! The country of a company, which determines how its phone numbers are read.

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A country that has phone numbers, as a two-letter code (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country(Region);

impl Country {
    /// The United States: the default for a new company.
    pub const US: Self = Self(Region::US);

    pub(crate) fn region(self) -> Region {
        self.0
    }
}

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownCountry(code.to_owned());
        if code.len() != 2 {
            return Err(unknown());
        }
        let region = Region::from_str(&code.to_ascii_uppercase()).map_err(|_| unknown())?;
        match PHONE_NUMBER_UTIL.get_country_code_for_region(region) {
            Some(_) => Ok(Self(region)),
            None => Err(unknown()),
        }
    }
}

/// The error for a code that is not a country with phone numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a country: use a two-letter code such as US, GB or DE")]
pub struct UnknownCountry(pub String);

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<str>::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_parsed_in_any_case_and_displayed_in_upper_case() {
        assert_eq!("de".parse::<Country>().unwrap().to_string(), "DE");
        assert_eq!("US".parse::<Country>().unwrap(), Country::US);
    }

    #[test]
    fn an_unknown_country_is_refused() {
        for code in ["", "D", "DEU", "ZZ", "XX", "12", "é", "001"] {
            assert!(code.parse::<Country>().is_err(), "{code}");
        }
    }
}
