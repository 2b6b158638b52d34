//! A key of an answer that is there only when it was asked for.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A key that an answer carries only when `include` asked for it. Extension.
///
/// Unlike `Option`, it tells a key that was not asked for from one whose value is `null`. In a
/// struct it wants `#[serde(default, skip_serializing_if = "Extra::is_absent")]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Extra<T> {
    /// Not asked for: the key is not there.
    #[default]
    Absent,
    /// Asked for: the key is there with this value.
    Present(T),
}

impl<T> Extra<T> {
    /// True where the key is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, where the key is there.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Absent => None,
            Self::Present(value) => Some(value),
        }
    }

    /// The value, where the key is there.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Absent => None,
            Self::Present(value) => Some(value),
        }
    }

    /// Fills the key where `wanted`.
    pub fn when(wanted: bool, value: impl FnOnce() -> T) -> Self {
        if wanted { Self::Present(value()) } else { Self::Absent }
    }
}

impl<T: Serialize> Serialize for Extra<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Present(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Extra<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::Present)
    }
}
