//! What we decided where the documentation is silent, from `contract/decided.yaml`.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::Value;

use super::places::{ADDITION, Places};

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

    /// Adds the decisions to the promises, and returns the reasons by place. A `*` becomes each step that the
    /// description offers.
    pub(super) fn add_to(&self, promised: &mut Places, offered: &Places) -> Places {
        let mut reasons = Places::new();
        for Entry { operations, places, limit, reason } in &self.0 {
            let patterns =
                operations.iter().flat_map(|o| places.iter().map(move |place| format!("{o} {place}")));
            for pattern in patterns {
                let mut matching: Vec<_> = offered.keys().filter(|place| matches(&pattern, place)).collect();
                if matching.is_empty() {
                    matching.push(&pattern);
                }
                for place in matching {
                    let addition = limit.is_empty().then(|| (place.clone(), ADDITION.to_owned()));
                    let limits =
                        limit.iter().map(|(word, most)| (format!("{place} {word}"), most.to_string()));
                    for (place, text) in addition.into_iter().chain(limits) {
                        reasons.insert(place.clone(), reason.trim().to_owned());
                        promised.insert(place, text);
                    }
                }
            }
        }
        reasons
    }
}

fn matches(pattern: &str, place: &str) -> bool {
    let (pattern, place) = (pattern.split('.'), place.split('.'));
    pattern.clone().count() == place.clone().count()
        && pattern.zip(place).all(|(pattern, step)| pattern == "*" || pattern == step)
}
