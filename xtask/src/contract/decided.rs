//! What we decided where the documentation is silent, from `xtask/contract/decided.yaml`.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::Value;

use super::places::{Place, Places};

/// The text of a place that is not documented.
pub(super) const ADDITION: &str = "an addition";

/// The decisions.
#[derive(Debug)]
pub struct Decided(Vec<Entry>);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    operations: Vec<String>,
    /// Places in the operations. A `*` is any one step.
    places: Vec<String>,
    /// Keywords that limit the places. Without them, the entry permits the places themselves.
    #[serde(default)]
    limit: BTreeMap<String, Value>,
    reason: String,
}

impl Decided {
    /// Parses the file.
    ///
    /// # Errors
    /// The text does not have this form, or an entry has no reason.
    pub fn from_yaml(text: &str) -> anyhow::Result<Self> {
        let entries: Vec<Entry> = yaml_serde::from_str(text).context("cannot read decided.yaml")?;
        for entry in &entries {
            ensure!(!entry.reason.trim().is_empty(), "the entry for {:?} has no reason", entry.places);
        }
        Ok(Self(entries))
    }

    /// Adds the decisions to the promises, and returns the reasons for the added places. A `*` becomes each step that
    /// the description offers.
    pub(super) fn add_to(&self, promised: &mut Places, offered: &Places) -> Places {
        let mut reasons = Places::new();
        for entry in &self.0 {
            for operation in &entry.operations {
                for pattern in &entry.places {
                    let matching = offered.keys().filter(|place| place.operation == *operation);
                    let mut places: Vec<Place> =
                        matching.filter(|place| matches(pattern, &place.at)).cloned().collect();
                    if places.is_empty() {
                        places.push(Place::operation(operation).step(pattern));
                    }
                    for place in places {
                        for (place, text) in entry.texts(&place) {
                            reasons.insert(place.clone(), entry.reason.trim().to_owned());
                            promised.insert(place, text);
                        }
                    }
                }
            }
        }
        reasons
    }
}

impl Entry {
    fn texts(&self, place: &Place) -> Vec<(Place, String)> {
        if self.limit.is_empty() {
            return vec![(place.clone(), ADDITION.to_owned())];
        }
        let limits = self.limit.iter();
        limits.map(|(keyword, value)| (place.keyword(keyword), value.to_string())).collect()
    }
}

fn matches(pattern: &str, at: &str) -> bool {
    let (pattern, at) = (pattern.split('.'), at.split('.'));
    pattern.clone().count() == at.clone().count()
        && pattern.zip(at).all(|(pattern, step)| pattern == "*" || pattern == step)
}
