//! Defines the cost of items and divides the items of one caller by cost.

/// The approximate maximum cost of a set in bytes. Larger sets are no faster, and the next caller waits for the whole
/// set. A caller with more items takes a turn for each piece of this size, unless its items need an exclusive set.
pub(super) const SET_BYTES: u64 = 1024 * 1024;

/// The minimum cost of an item in bytes, because a small item needs statements too. 128 of the smallest items fill a
/// set.
pub(super) const ITEM_BYTES: u64 = 8 * 1024;

/// The cost of serving an item.
pub(crate) trait Cost {
    /// Returns the bytes of the item's parts that may be long.
    fn bytes(&self) -> usize {
        0
    }
}

/// Returns the total cost of items.
pub(super) fn cost_of<T: Cost>(items: &[T]) -> u64 {
    items.iter().map(cost_of_one).sum()
}

fn cost_of_one<T: Cost>(item: &T) -> u64 {
    u64::try_from(item.bytes()).unwrap_or(u64::MAX).max(ITEM_BYTES)
}

/// Divides items into pieces. Each piece ends with the item that raises its cost to at least `bytes` bytes.
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
