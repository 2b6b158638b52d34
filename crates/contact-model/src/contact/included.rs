//! A key of a response that is present only if the request asked for it.

use serde::{Deserialize, Deserializer, Serialize};

/// A key of a response that is present only if `include` asked for it. Extension.
///
/// Unlike `Option`, it distinguishes a key that was not asked for from a key with the value `null`. A struct
/// field of this type needs `#[serde(default, skip_serializing_if = "Included::is_absent")]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(untagged)]
pub enum Included<T> {
    /// The key was not asked for and is absent.
    #[default]
    Absent,
    /// The key was asked for and has this value.
    Present(T),
}

impl<T> Included<T> {
    /// Returns true if the key is absent.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns the value if the key is present.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Absent => None,
            Self::Present(value) => Some(value),
        }
    }

    /// Returns the value if the key is present.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Absent => None,
            Self::Present(value) => Some(value),
        }
    }

    /// Returns the value if `wanted` is true. Otherwise the key is absent and `value` is not called.
    pub fn when(wanted: bool, value: impl FnOnce() -> T) -> Self {
        if wanted { Self::Present(value()) } else { Self::Absent }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Included<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::Present)
    }
}
