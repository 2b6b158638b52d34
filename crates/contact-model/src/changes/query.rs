//! The parameters with which changes are read.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::filter::is_field;
use super::{ChangeAction, ChangeCursor, ChangeFilter, InvalidChangeCursor};
use crate::{Parameters, limits};

/// Where a reader of the feed continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedPosition {
    /// After the latest change. Written `latest`.
    Latest,
    /// After the change that the cursor names.
    After(ChangeCursor),
}

/// The word for [`FeedPosition::Latest`].
const LATEST: &str = "latest";

impl fmt::Display for FeedPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str(LATEST),
            Self::After(cursor) => cursor.fmt(f),
        }
    }
}

impl FromStr for FeedPosition {
    type Err = InvalidChangeCursor;

    fn from_str(word: &str) -> Result<Self, InvalidChangeCursor> {
        if word == LATEST { Ok(Self::Latest) } else { word.parse().map(Self::After) }
    }
}

/// The parameters of the feed. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeQuery {
    /// Where to continue, or `None` to begin with the earliest change that is kept.
    pub after: Option<FeedPosition>,
    /// The maximum number of changes to read.
    pub limit: u16,
    /// The changes to include.
    pub filter: ChangeFilter,
    /// Whether each change has the contact as it is now.
    pub include_contact: bool,
    /// How long to wait for a change if there is none yet.
    pub wait: Duration,
}

impl Default for ChangeQuery {
    fn default() -> Self {
        Self {
            after: None,
            limit: limits::DEFAULT_PAGE_SIZE,
            filter: ChangeFilter::default(),
            include_contact: false,
            wait: Duration::ZERO,
        }
    }
}

impl ChangeQuery {
    /// Reads `after`, `limit`, `action`, `field`, `include` and `wait`. `action` and `field` take several values,
    /// separated by commas or in repeated parameters.
    pub fn read(parameters: &mut Parameters) -> Self {
        let after = parameters.parsed("after");
        let limit = parameters.size("limit");
        let actions = words(parameters, "action");
        let actions = actions.iter().filter_map(|word| {
            let action = ChangeAction::ALL.iter().find(|action| action.as_str() == word);
            if action.is_none() {
                let known = ChangeAction::ALL.iter().map(|action| action.as_str()).collect::<Vec<_>>();
                parameters.refuse("action", format!("action takes {}; `{word}` was sent.", known.join(", ")));
            }
            action.copied()
        });
        let actions = actions.collect();
        let fields = words(parameters, "field");
        for field in fields.iter().filter(|field| !is_field(field)) {
            let takes = "the name of a field, custom_fields or custom_fields.NAME";
            parameters.refuse("field", format!("field takes {takes}; `{field}` was sent."));
        }
        let contact = |text: &str| (text == "contact").then_some(());
        let include_contact = parameters.read("include", "contact", contact).is_some();
        let takes = format!("a whole number of seconds from 0 to {}", limits::FEED_WAIT);
        let seconds = |text: &str| text.parse().ok().filter(|seconds| *seconds <= limits::FEED_WAIT);
        let wait = parameters.read("wait", &takes, seconds).unwrap_or_default();
        Self {
            after,
            limit,
            filter: ChangeFilter { actions, fields },
            include_contact,
            wait: Duration::from_secs(wait),
        }
    }

    /// Returns the parameters as a client sends them.
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(self.after.map(|after| ("after", after.to_string())));
        pairs.push(("limit", self.limit.to_string()));
        pairs.extend(self.filter.actions.iter().map(|action| ("action", action.as_str().to_owned())));
        pairs.extend(self.filter.fields.iter().map(|field| ("field", field.clone())));
        if self.include_contact {
            pairs.push(("include", "contact".to_owned()));
        }
        if !self.wait.is_zero() {
            pairs.push(("wait", self.wait.as_secs().to_string()));
        }
        pairs
    }
}

impl Parameters {
    /// Reads the number of a change, or 0.
    pub fn number_of_change(&mut self, name: &'static str) -> Option<i64> {
        let number = |text: &str| text.parse().ok().filter(|number| *number >= 0);
        self.read(name, "the number of a change, or 0", number)
    }
}

/// Returns the words of all values of a parameter. Empty words are left out.
fn words(parameters: &mut Parameters, name: &'static str) -> Vec<String> {
    let values = parameters.take_all(name);
    let valid = values.iter().filter(|value| parameters.has_no_nul(name, value));
    let words: Vec<String> =
        valid.flat_map(|value| value.split(',')).map(|word| word.trim().to_owned()).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Violations;
    use crate::changes::ChangeHash;

    fn read(pairs: Vec<(&'static str, String)>) -> Result<ChangeQuery, Violations> {
        let mut parameters: Parameters = pairs.into_iter().collect();
        let query = ChangeQuery::read(&mut parameters);
        parameters.into_result(query)
    }

    #[test]
    fn a_query_survives_a_round_trip() {
        let cursor = ChangeCursor::new(7, ChangeHash::START);
        for after in [None, Some(FeedPosition::Latest), Some(FeedPosition::After(cursor))] {
            let filter = ChangeFilter {
                actions: vec![ChangeAction::Created, ChangeAction::Erased],
                fields: vec!["name".to_owned(), "custom_fields.Plan".to_owned()],
            };
            let wait = Duration::from_secs(25);
            let query = ChangeQuery { after, limit: 200, filter, include_contact: true, wait };
            assert_eq!(read(query.to_pairs()), Ok(query));
        }
        assert_eq!(read(Vec::new()), Ok(ChangeQuery::default()));
    }

    #[test]
    fn lists_may_be_separated_by_commas_and_every_bad_value_is_reported() {
        let pair = |name, value: &str| (name, value.to_owned());
        let query = read(vec![pair("action", "created, updated,"), pair("field", "name,email")]).unwrap();
        assert_eq!(query.filter.actions, [ChangeAction::Created, ChangeAction::Updated]);
        assert_eq!(query.filter.fields, ["name", "email"]);
        let bad = [
            ("after", "x"),
            ("limit", "0"),
            ("action", "gone"),
            ("field", "e-mail"),
            ("include", "all"),
            ("wait", "26"),
        ];
        let violations = read(bad.map(|(name, value)| pair(name, value)).into()).unwrap_err().into_vec();
        let named: Vec<&str> = violations.iter().map(|violation| violation.pointer.as_str()).collect();
        assert_eq!(named, ["after", "limit", "action", "field", "include", "wait"]);
    }
}
