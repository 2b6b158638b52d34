//! The location of a value in a body.

/// The location of a value: a key, or an item of the array at a key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Location<'k> {
    key: &'k str,
    item: Option<Item>,
}

#[derive(Debug, Clone, Copy)]
struct Item {
    /// What messages call the item, such as `a tag`.
    name: &'static str,
    index: usize,
}

impl<'k> From<&'k str> for Location<'k> {
    fn from(key: &'k str) -> Self {
        Self { key, item: None }
    }
}

impl<'k> Location<'k> {
    /// Returns the location of an item of the array at this key.
    pub(super) fn item(key: &'k str, name: &'static str, index: usize) -> Self {
        Self { key, item: Some(Item { name, index }) }
    }

    /// Returns the JSON pointer to the value.
    pub(super) fn pointer(self) -> String {
        match self.item {
            None => format!("/{}", self.key),
            Some(Item { index, .. }) => format!("/{}/{index}", self.key),
        }
    }

    /// Returns what messages call the value.
    pub(super) fn name(self) -> &'k str {
        self.item.map_or(self.key, |item| item.name)
    }
}
