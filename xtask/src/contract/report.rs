//! The difference between what is promised and what the description offers.

use std::collections::BTreeMap;
use std::fmt;

use super::places::Operations;

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
        let mut texts = BTreeMap::<_, [Option<String>; 3]>::new();
        for (index, side) in [promised, offered, reasons].into_iter().enumerate() {
            for (operation, places) in side {
                for (place, text) in places {
                    texts.entry((operation, place)).or_default()[index] = Some(text.clone());
                }
            }
        }
        let mut differences: Vec<Difference> = Vec::new();
        for ((operation, place), [promised, offered, reason]) in texts {
            // What is missing inside a place that differs itself is not reported.
            let contains = |outer: &Difference| outer.operation == *operation && is_in(place, &outer.place);
            let is_explained = || differences.iter().any(|outer| outer.promised.is_some() && contains(outer));
            if promised != offered && (offered.is_some() || !is_explained()) {
                let (operation, place) = (operation.clone(), place.clone());
                differences.push(Difference { operation, place, promised, offered, reason });
            }
        }
        Self { differences, compared: promised.values().map(BTreeMap::len).sum() }
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
