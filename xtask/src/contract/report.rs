//! The difference between what is promised and what the description offers.

use std::collections::BTreeSet;
use std::fmt;

use super::places::Places;

/// A place with different texts.
#[derive(Debug)]
pub struct Difference {
    /// The place.
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
    pub(super) fn new(promised: &Places, offered: &Places, reasons: &Places) -> Self {
        let mut differences: Vec<Difference> = Vec::new();
        for place in promised.keys().chain(offered.keys()).collect::<BTreeSet<_>>() {
            let [promised, offered, reason] =
                [promised, offered, reasons].map(|places| places.get(place).cloned());
            // What is missing inside a place that differs itself is not reported.
            let contains = |outer: &Difference| outer.promised.is_some() && is_in(place, &outer.place);
            if promised != offered && (offered.is_some() || !differences.iter().any(contains)) {
                differences.push(Difference { place: place.clone(), promised, offered, reason });
            }
        }
        Self { differences, compared: promised.len() }
    }

    /// Returns whether nothing differs.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Returns whether a place is inside another one.
fn is_in(place: &str, outer: &str) -> bool {
    place.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '[', ' ']))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return writeln!(f, "contract: {} places are as promised", self.compared);
        }
        writeln!(f, "--- promised (xtask/contract/documented.yaml, decided.yaml)")?;
        writeln!(f, "+++ offered (API description)")?;
        for Difference { place, promised, offered, reason } in &self.differences {
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
