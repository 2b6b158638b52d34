//! The location of a value in a body.

/// The location of a value: a key, or an item of the array at a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Location<'k> {
    key: &'k str,
    /// The index of an item.
    index: Option<usize>,
    /// What messages call the value: its key or, for an item, a name such as `a tag`.
    pub(super) name: &'k str,
}

impl<'k> From<&'k str> for Location<'k> {
    fn from(key: &'k str) -> Self {
        Self { key, index: None, name: key }
    }
}

impl<'k> Location<'k> {
    /// Returns the location of an item of the array at this key. Messages call it `name`.
    pub(super) fn item(key: &'k str, name: &'static str, index: usize) -> Self {
        Self { key, index: Some(index), name }
    }

    /// Returns the JSON pointer to the value.
    pub(super) fn pointer(self) -> String {
        match self.index {
            None => format!("/{}", self.key),
            Some(index) => format!("/{}/{index}", self.key),
        }
    }
}
