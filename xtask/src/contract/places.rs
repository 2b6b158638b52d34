//! Places in the API with the text of each, and their difference.

use std::collections::BTreeMap;
use std::fmt;

/// A place in the API: an operation, and a place in it such as `request.notes`, `request.tags[]`,
/// `response.200.body.name` or `parameter.query.pn`. The place of a limit ends with its keyword, as in
/// `request.notes maxLength`. The operation itself is the empty place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// `METHOD /path/`
    pub operation: String,
    /// The place in the operation.
    pub at: String,
}

impl Place {
    /// Returns the place of an operation.
    pub(super) fn operation(name: &str) -> Self {
        Self { operation: name.to_owned(), at: String::new() }
    }

    /// Returns a place in this place.
    pub(super) fn step(&self, step: &str) -> Self {
        self.with(".", step)
    }

    /// Returns the place of the items of an array.
    pub(super) fn items(&self) -> Self {
        self.with("", "[]")
    }

    /// Returns the place of a keyword.
    pub(super) fn keyword(&self, keyword: &str) -> Self {
        self.with(" ", keyword)
    }

    fn with(&self, separator: &str, step: &str) -> Self {
        let separator = if self.at.is_empty() { "" } else { separator };
        Self { operation: self.operation.clone(), at: format!("{}{separator}{step}", self.at) }
    }

    fn is_in(&self, other: &Self) -> bool {
        let rest = self.at.strip_prefix(&other.at);
        let is_inside = |rest: &str| other.at.is_empty() || rest.starts_with(['.', '[', ' ']);
        self != other && self.operation == other.operation && rest.is_some_and(is_inside)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.at)
    }
}

/// The text of each place.
pub type Places = BTreeMap<Place, String>;

/// A place at which the description differs.
#[derive(Debug)]
pub struct Difference {
    /// The place.
    pub place: Place,
    promised: Option<String>,
    offered: Option<String>,
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
    /// Compares what is promised with what the description offers. `reasons` are those of decisions.
    pub(super) fn new(promised: &Places, offered: &Places, reasons: &Places) -> Self {
        let mut differences: Vec<Difference> = Vec::new();
        let mut places: Vec<&Place> = promised.keys().chain(offered.keys()).collect();
        places.sort();
        places.dedup();
        for place in places {
            let (promised, offered) = (promised.get(place), offered.get(place));
            // What is missing inside of a place that differs itself is not reported.
            let is_explained = offered.is_none()
                && differences.iter().any(|outer| outer.promised.is_some() && place.is_in(&outer.place));
            if promised != offered && !is_explained {
                differences.push(Difference {
                    place: place.clone(),
                    promised: promised.cloned(),
                    offered: offered.cloned(),
                    reason: reasons.get(place).cloned(),
                });
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

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return writeln!(f, "contract: {} places are as promised", self.compared);
        }
        writeln!(
            f,
            "--- promised (xtask/contract/documented.yaml, decided.yaml)\n+++ offered (API description)"
        )?;
        let mut operation = "";
        for Difference { place, promised, offered, reason } in &self.differences {
            if place.operation != operation {
                operation = &place.operation;
                writeln!(f, "@@ {operation}")?;
            }
            let at = if place.at.is_empty() { "operation" } else { &place.at };
            if let Some(text) = promised {
                writeln!(f, "-{at}: {text}")?;
            }
            if let Some(text) = offered {
                writeln!(f, "+{at}: {text}")?;
            }
            if let Some(reason) = reason {
                writeln!(f, "    decided: {reason}")?;
            }
        }
        writeln!(
            f,
            "contract: {} places differ. An addition needs the mark `x-extension: true`, or an entry in decided.yaml \
             with a reason.",
            self.differences.len()
        )
    }
}
