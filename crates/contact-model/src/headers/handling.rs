//! How to handle values that the API would ignore or store as something else. Extension: `Prefer: handling`
//! (RFC 7240).

use std::str::FromStr;

/// How to handle values that the API would ignore, leave out or store as something else. Extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Handling {
    /// Such values are ignored, left out or stored as something else. The default.
    #[default]
    Lenient,
    /// The request is refused, and the error lists all such values.
    Strict,
}

impl Handling {
    /// Both ways of handling.
    pub const ALL: [Self; 2] = [Self::Lenient, Self::Strict];

    /// Returns the value for the header `Prefer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lenient => "lenient",
            Self::Strict => "strict",
        }
    }

    /// Returns true for strict handling.
    pub fn is_strict(self) -> bool {
        self == Self::Strict
    }
}

impl FromStr for Handling {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|handling| handling.as_str() == word);
        known.ok_or_else(|| format!("`{word}` is not a kind of handling: use lenient or strict"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_survive_a_round_trip() {
        for handling in Handling::ALL {
            assert_eq!(handling.as_str().parse(), Ok(handling));
        }
        assert!("Strict".parse::<Handling>().is_err());
    }
}
