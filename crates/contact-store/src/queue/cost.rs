//! How much items count, and how those of one caller are divided.

/// Bytes that a set carries at most, or nearly so. Larger sets are no faster, and whoever comes next waits for the whole
/// of them. A caller with more items takes a turn for each piece of this size, unless its items need a set of their own.
pub(super) const SET_BYTES: u64 = 1024 * 1024;

/// Bytes that an item counts at least, because a small one takes statements too: 128 of these fill a set.
pub(super) const ITEM_BYTES: u64 = 8 * 1024;

/// What an item costs whoever serves it.
pub(crate) trait Cost {
    /// Returns the bytes of what may be long in the item.
    fn bytes(&self) -> usize {
        0
    }
}

/// Returns how much items count together.
pub(super) fn cost_of<T: Cost>(items: &[T]) -> u64 {
    items.iter().map(cost_of_one).sum()
}

fn cost_of_one<T: Cost>(item: &T) -> u64 {
    u64::try_from(item.bytes()).unwrap_or(u64::MAX).max(ITEM_BYTES)
}

/// Divides items into pieces that each end with the item that reaches so many bytes.
pub(super) fn pieces<T: Cost>(items: Vec<T>, bytes: u64) -> impl Iterator<Item = Vec<T>> {
    let mut items = items.into_iter();
    std::iter::from_fn(move || {
        let (mut piece, mut cost) = (Vec::new(), 0);
        while cost < bytes
            && let Some(item) = items.next()
        {
            cost += cost_of_one(&item);
            piece.push(item);
        }
        (!piece.is_empty()).then_some(piece)
    })
}
