//! The difference between what is promised and what the description offers.

use std::collections::BTreeSet;
use std::fmt;

use super::Operations;

/// A place with different texts.
#[derive(Debug)]
pub struct Difference {
    /// `METHOD /path/`
    pub operation: String,
    /// The place in the operation.
    pub place: String,
    promised: Option<String>,
    offered: Option<String>,
    /// The reason of a decision.
    reason: Option<String>,
}

/// The result of a comparison.
#[derive(Debug)]
pub struct Report {
    /// The places that differ.
    pub differences: Vec<Difference>,
    compared: usize,
}

impl Report {
    pub(super) fn new(promised: &Operations, offered: &Operations, reasons: &Operations) -> Self {
        let mut differences: Vec<Difference> = Vec::new();
        let sides = [promised, offered];
        let places = sides.into_iter().flatten();
        let places: BTreeSet<_> = places
            .flat_map(|(operation, places)| places.keys().map(move |place| (operation, place)))
            .collect();
        for (operation, place) in places {
            let text = |side: &Operations| side.get(operation)?.get(place).cloned();
            let (promised, offered) = (text(promised), text(offered));
            // Everything inside a missing place is missing too.
            let is_explained = offered.is_none()
                && differences.iter().any(|outer| {
                    outer.promised.is_some() && outer.operation == *operation && is_in(place, &outer.place)
                });
            if promised != offered && !is_explained {
                let (operation, place, reason) = (operation.clone(), place.clone(), text(reasons));
                differences.push(Difference { operation, place, promised, offered, reason });
            }
        }
        Self { differences, compared: promised.values().map(|places| places.len()).sum() }
    }

    /// Returns whether nothing differs.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Returns whether a place is inside another one.
fn is_in(place: &str, outer: &str) -> bool {
    place.strip_prefix(outer).is_some_and(|rest| outer.is_empty() || rest.starts_with(['.', '[', ' ']))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return writeln!(f, "contract: {} places are as promised", self.compared);
        }
        writeln!(f, "--- promised (xtask/contract/documented.yaml, decided.yaml)")?;
        writeln!(f, "+++ offered (API description)")?;
        let mut heading = "";
        for Difference { operation, place, promised, offered, reason } in &self.differences {
            if operation != heading {
                heading = operation;
                writeln!(f, "@@ {operation}")?;
            }
            let place = if place.is_empty() { "operation" } else { place };
            for (sign, text) in [('-', promised), ('+', offered)] {
                if let Some(text) = text {
                    writeln!(f, "{sign}{place}: {text}")?;
                }
            }
            if let Some(reason) = reason {
                writeln!(f, "    decided: {reason}")?;
            }
        }
        let count = self.differences.len();
        writeln!(
            f,
            "contract: {count} places differ. An addition needs the mark `x-extension: true`, or an entry in \
             decided.yaml with a reason."
        )
    }
}
