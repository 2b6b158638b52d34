//! What we decided where the documentation is silent, as `xtask/contract/decided.yaml` lists it:
//! the only limits on documented requests, and the only unmarked additions to documented
//! operations.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::Value;

use super::finding::{Code, Excuse, Finding, Place};
use super::promise::OperationName;

/// Every decision, one place and one keyword each.
#[derive(Debug)]
pub struct Decided {
    decisions: Vec<Decision>,
}

#[derive(Debug)]
struct Decision {
    place: Place,
    excuse: Excuse,
    reason: String,
}

/// An entry of the file, which may speak of many places at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    operations: Vec<OperationName>,
    places: Vec<String>,
    #[serde(default)]
    limit: BTreeMap<String, Value>,
    reason: String,
}

impl Decided {
    /// Reads the list.
    ///
    /// # Errors
    /// Where the text is no YAML of this form, or an entry gives no reason or no place.
    pub fn from_yaml(text: &str) -> anyhow::Result<Self> {
        let entries: Vec<Entry> = yaml_serde::from_str(text).context("cannot read the decisions")?;
        let mut decisions = Vec::new();
        for entry in entries {
            if entry.reason.trim().is_empty() || entry.operations.is_empty() || entry.places.is_empty() {
                bail!("the decision on {:?} lacks an operation, a place or its reason", entry.places);
            }
            for operation in &entry.operations {
                for at in &entry.places {
                    decisions.extend(entry.excuses().map(|excuse| Decision {
                        place: Place::operation(operation).step(at),
                        excuse,
                        reason: entry.reason.trim().to_owned(),
                    }));
                }
            }
        }
        Ok(Self { decisions })
    }

    /// How many decisions are listed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.decisions.len()
    }

    /// Whether nothing is decided.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.decisions.is_empty()
    }

    /// Takes away the findings that a decision permits, and adds one for each decision that permits
    /// nothing.
    #[must_use]
    pub fn apply(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let stale: Vec<Finding> = self
            .decisions
            .iter()
            .filter(|decision| !findings.iter().any(|finding| decision.permits(finding)))
            // Where the whole place is missing, that is the one thing to say.
            .filter(|decision| !findings.iter().any(|finding| decision.is_inside_missing(finding)))
            .map(|decision| decision.stale(&findings))
            .collect();
        let mut left: Vec<Finding> = findings
            .into_iter()
            .filter(|finding| !self.decisions.iter().any(|decision| decision.permits(finding)))
            .collect();
        left.extend(stale);
        left
    }
}

impl Entry {
    fn excuses(&self) -> impl Iterator<Item = Excuse> {
        let limits = self.limit.iter();
        let presence = self.limit.is_empty().then_some(Excuse::Presence);
        limits.map(|(keyword, value)| Excuse::Limit(keyword.clone(), value.clone())).chain(presence)
    }
}

impl Decision {
    fn permits(&self, finding: &Finding) -> bool {
        finding.excuse.as_ref() == Some(&self.excuse) && self.covers(&finding.place)
    }

    /// Whether the decision speaks of this place; a `*` in it stands for any one step.
    fn covers(&self, place: &Place) -> bool {
        let (mine, theirs) = (self.place.at.split('.'), place.at.split('.'));
        self.place.operation == place.operation
            && mine.clone().count() == theirs.clone().count()
            && mine.zip(theirs).all(|(mine, theirs)| mine == "*" || mine == theirs)
    }

    fn is_inside_missing(&self, finding: &Finding) -> bool {
        let Place { operation, at } = &finding.place;
        finding.code == Code::Missing
            && *operation == self.place.operation
            && self
                .place
                .at
                .strip_prefix(at.as_str())
                .is_some_and(|rest| at.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
    }

    fn stale(&self, findings: &[Finding]) -> Finding {
        let finding = |title| {
            Finding::new(Code::StaleDecision, &self.place, title).help(format!(
                "bring the description back to it, or mend xtask/contract/decided.yaml; \
                     it was decided because: {}",
                self.reason
            ))
        };
        match &self.excuse {
            Excuse::Presence => finding(format!(
                "the decided `{}` is not in the description, or stands there as an extension",
                self.place.at
            )),
            Excuse::Limit(keyword, value) => {
                let other = findings.iter().find_map(|found| match &found.excuse {
                    Some(Excuse::Limit(word, found_value))
                        if word == keyword && self.covers(&found.place) =>
                    {
                        Some(found_value)
                    }
                    _ => None,
                });
                let found =
                    other.map_or_else(|| format!("no {keyword}"), |other| format!("{keyword} {other}"));
                finding(format!("the decided limit `{keyword} {value}` is not in the description"))
                    .promised(format!("{keyword} {value} (decided)"))
                    .found(found)
            }
        }
    }
}
