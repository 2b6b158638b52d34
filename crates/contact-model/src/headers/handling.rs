//! How to handle values that the API would ignore or store as something else. Extension: `Prefer: handling`
//! (RFC 7240).

use crate::string_enum::string_enum;

string_enum! {
    /// How to handle values that the API would ignore, leave out or store as something else. Extension.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
    pub enum Handling: "a kind of handling" {
        /// Such values are ignored, left out or stored as something else. The default.
        #[default]
        Lenient = "lenient",
        /// The request is refused, and the error lists all such values.
        Strict = "strict",
    }
}

impl Handling {
    /// Returns true for strict handling.
    pub fn is_strict(self) -> bool {
        self == Self::Strict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_handling_survives_a_round_trip() {
        for handling in Handling::ALL {
            assert_eq!(handling.as_str().parse(), Ok(handling));
        }
        assert!("Strict".parse::<Handling>().is_err());
    }
}
