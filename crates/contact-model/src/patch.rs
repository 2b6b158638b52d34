//! A field of a request that may be absent, `null` or a value.

use serde::Serialize;

/// The change of a request to a field that may be empty. Documented: only sent keys are applied.
///
/// A struct field of this type needs `#[serde(skip_serializing_if = "Patch::is_keep")]`; otherwise [`Patch::Keep`]
/// is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(untagged)]
pub enum Patch<T> {
    /// The key was not sent. The stored value is unchanged.
    #[default]
    #[serde(skip_serializing)]
    Keep,
    /// The key was sent as `null`. The stored value is removed.
    Clear,
    /// The key was sent with a value, which replaces the stored value.
    Set(T),
}

impl<T> Patch<T> {
    /// Returns true if the key was not sent.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Returns the new content of the field, or `None` if it is unchanged.
    pub fn as_assignment(&self) -> Option<Option<&T>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(None),
            Self::Set(value) => Some(Some(value)),
        }
    }

    /// Returns the value if one was sent.
    pub fn value(&self) -> Option<&T> {
        self.as_assignment().flatten()
    }

    /// Returns this patch, or `other` if the key was not sent.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_keep() { other } else { self }
    }

    /// Returns the content of the field after applying the patch to an empty field.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Applies `change` to the value, if there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }
}

impl<T: Clone> Patch<T> {
    /// Applies the patch to a stored field.
    pub fn apply(&self, field: &mut Option<T>) {
        self.apply_with(field, |sent| Some(sent.clone()));
    }

    /// Applies the patch to a stored field. `convert` returns what is stored for a sent value.
    pub(crate) fn apply_with(&self, field: &mut Option<T>, convert: impl FnOnce(&T) -> Option<T>) {
        if let Some(assigned) = self.as_assignment() {
            *field = assigned.and_then(convert);
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Body {
        #[serde(skip_serializing_if = "Patch::is_keep")]
        email: Patch<String>,
    }

    #[derive(Serialize)]
    struct BodyThatSkipsNothing {
        email: Patch<String>,
    }

    #[test]
    fn absent_null_and_a_value_are_serialized_differently() {
        for (email, json) in [
            (Patch::Keep, "{}"),
            (Patch::Clear, r#"{"email":null}"#),
            (Patch::from("a@b.c"), r#"{"email":"a@b.c"}"#),
        ] {
            assert_eq!(serde_json::to_string(&Body { email }).unwrap(), json);
        }
    }

    #[test]
    fn an_absent_key_that_is_not_skipped_is_an_error() {
        assert!(serde_json::to_string(&BodyThatSkipsNothing { email: Patch::Keep }).is_err());
        assert!(serde_json::to_string(&BodyThatSkipsNothing { email: Patch::Clear }).is_ok());
    }
}
