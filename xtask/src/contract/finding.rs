//! One thing that is wrong, and where.

use std::fmt;

use serde_json::Value;

/// What kind of fault a finding is; the report prints it in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Something documented is not in the description.
    Missing,
    /// A request that the documentation allows is refused.
    Narrowed,
    /// Something that may be left out must be sent.
    MadeRequired,
    /// An answer holds another type than promised.
    TypeChanged,
    /// There may be more, or less, than promised.
    Widened,
    /// A value has another format than promised.
    FormatChanged,
    /// An answer holds null where a value was promised.
    BecameNullable,
    /// An answer never holds null where the documentation foresees it.
    LostNull,
    /// A key that every answer holds is described as optional.
    NotGuaranteed,
    /// A parameter's default is another one, or that of a key in a body is null.
    DefaultChanged,
    /// The API key travels elsewhere, or need not be sent.
    SecurityChanged,
    /// Something that the documentation does not know stands there unmarked.
    Undocumented,
    /// An extension must be sent, or is always answered.
    ExtensionRequired,
    /// An operation of ours lacks the tag `Extensions`.
    Untagged,
    /// A decision is listed that the description no longer shows.
    StaleDecision,
    /// A reference leads nowhere.
    DanglingReference,
    /// An operation has no `operationId`, an ill-formed one, or another operation's.
    OperationId,
    /// A response has no description.
    NoDescription,
    /// An error response is no `application/problem+json` with a schema.
    NoProblem,
    /// An error response has no example.
    NoExample,
}

impl Code {
    /// The code as the report prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Narrowed => "narrowed",
            Self::MadeRequired => "made-required",
            Self::TypeChanged => "type-changed",
            Self::Widened => "widened",
            Self::FormatChanged => "format-changed",
            Self::BecameNullable => "became-nullable",
            Self::LostNull => "lost-null",
            Self::NotGuaranteed => "not-guaranteed",
            Self::DefaultChanged => "default-changed",
            Self::SecurityChanged => "security-changed",
            Self::Undocumented => "undocumented",
            Self::ExtensionRequired => "extension-required",
            Self::Untagged => "untagged",
            Self::StaleDecision => "stale-decision",
            Self::DanglingReference => "dangling-reference",
            Self::OperationId => "operation-id",
            Self::NoDescription => "no-description",
            Self::NoProblem => "no-problem",
            Self::NoExample => "no-example",
        }
    }
}

/// Where in the API something stands: an operation, and a dotted place in it as `decided.yaml`
/// writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// `METHOD /path/`, or `description` for what belongs to no operation.
    pub operation: String,
    /// `request.notes`, `request.tags[]`, `parameter.query.pn`, `response.200.body.name`; empty for
    /// the operation itself.
    pub at: String,
}

impl Place {
    /// An operation itself.
    pub(super) fn operation(operation: &impl ToString) -> Self {
        Self { operation: operation.to_string(), at: String::new() }
    }

    /// A place one step further in.
    pub(super) fn step(&self, step: &str) -> Self {
        let at = if self.at.is_empty() { step.to_owned() } else { format!("{}.{step}", self.at) };
        Self { operation: self.operation.clone(), at }
    }

    /// The items of the array at this place.
    pub(super) fn items(&self) -> Self {
        Self { operation: self.operation.clone(), at: format!("{}[]", self.at) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation)?;
        if !self.at.is_empty() {
            write!(f, " · {}", self.at)?;
        }
        Ok(())
    }
}

/// What `decided.yaml` would have to list for a finding to be no fault.
#[derive(Clone, Debug, PartialEq)]
pub enum Excuse {
    /// That the thing at this place is there at all.
    Presence,
    /// That this keyword, with this value, limits the place.
    Limit(String, Value),
}

/// One fault.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What kind.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// What is wrong, in a sentence.
    pub title: String,
    /// What the documentation, or our own rule, says.
    pub promised: Option<String>,
    /// What the description says.
    pub found: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The decision that would permit it.
    pub excuse: Option<Excuse>,
    /// The promise that it breaks, by number; `None` where it breaks a rule of ours.
    pub promise: Option<usize>,
}

impl Finding {
    pub(super) fn new(code: Code, place: &Place, title: impl Into<String>) -> Self {
        Self {
            code,
            place: place.clone(),
            title: title.into(),
            promised: None,
            found: None,
            help: None,
            excuse: None,
            promise: None,
        }
    }

    pub(super) fn promised(mut self, promised: impl ToString) -> Self {
        self.promised = Some(promised.to_string());
        self
    }

    pub(super) fn found(mut self, found: impl ToString) -> Self {
        self.found = Some(found.to_string());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn unless_decided(mut self, excuse: Excuse) -> Self {
        self.excuse = Some(excuse);
        self
    }
}
