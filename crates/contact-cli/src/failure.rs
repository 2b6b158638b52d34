//! Errors of commands: what failed, why, and what the user can do.

use std::error::Error as _;
use std::fmt;
use std::path::Path;

use contact_client::model::ViolationCode;
use contact_client::{Error, Problem, ProblemType};

use crate::exit::Exit;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// What failed, in one line.
    pub(crate) what: String,
    /// The reasons, one per line.
    pub(crate) why: Vec<String>,
    /// What the user can do.
    pub(crate) tip: Option<String>,
}

/// The beginning of the TLS library's error if the response is not TLS.
const NOT_TLS: &str = "received corrupt message";
const CHECK_ADDRESS: &str = "check the address; `contacts whoami` shows where it is set";

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), why: Vec::new(), tip: None }
    }

    /// Returns the error for invalid arguments.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// Returns the error for a failure on this machine.
    pub(crate) fn local(what: impl Into<String>, error: impl fmt::Display) -> Self {
        Self::new(Exit::Refused, what).because(error.to_string())
    }

    /// Returns the error for a file that cannot be written.
    pub(crate) fn unwritable(path: &Path, error: impl fmt::Display) -> Self {
        Self::local(format!("cannot write {}", path.display()), error)
    }

    /// Returns the error for a file that cannot be read.
    pub(crate) fn unreadable(path: &Path, error: impl fmt::Display) -> Self {
        Self::local(format!("cannot read {}", path.display()), error)
    }

    /// Returns the error for a response that cannot be printed.
    pub(crate) fn unprintable(error: impl fmt::Display) -> Self {
        Self::local("the response cannot be printed", error)
    }

    pub(crate) fn because(mut self, why: impl Into<String>) -> Self {
        self.why.push(why.into());
        self
    }

    pub(crate) fn tip(mut self, tip: impl Into<String>) -> Self {
        self.tip = Some(tip.into());
        self
    }

    /// Adds the most similar of the known words as a tip.
    pub(crate) fn suggest<'w>(self, word: &str, known: impl IntoIterator<Item = &'w str>) -> Self {
        match nearest(word, known) {
            Some(near) => self.tip(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Returns the error of a call to the server at this address.
    pub(crate) fn of_call(error: &Error, url: &str) -> Self {
        let unreachable = |what: String| Self::new(Exit::NotReachable, what);
        match error {
            Error::Problem { problem, retry_after } => {
                let mut failure = of_problem(problem);
                if let (None, Some(pause)) = (&failure.tip, retry_after) {
                    failure.tip = Some(format!("try again in {} s", pause.as_secs().max(1)));
                }
                failure
            }
            Error::Transport(error) => {
                let cause = std::iter::successors(error.source(), |&error| error.source()).last();
                let cause = cause.map(ToString::to_string).unwrap_or_default();
                let (what, tip) = if cause.starts_with(NOT_TLS) {
                    let plain = url.replacen("https://", "http://", 1);
                    (format!("the server at {url} does not use HTTPS"), format!("use {plain} for plain HTTP"))
                } else {
                    let tip = "check that the server is running, and the address in `--url`, CONTACTS_URL or the profile";
                    (format!("cannot connect to {url}"), tip.to_owned())
                };
                unreachable(what).because(cause).tip(tip)
            }
            Error::Timeout { .. } => unreachable(format!("{url} did not respond in time"))
                .because(error.to_string())
                .tip("a write may have succeeded: check with `contacts get` before you try again"),
            Error::TooLarge { .. } => unreachable(format!("the response of {url} is too large"))
                .because(error.to_string())
                .tip(CHECK_ADDRESS),
            Error::Unexpected(answer) => unreachable(format!("{url} is not a server of the contacts API"))
                .because(answer.to_string())
                .tip(CHECK_ADDRESS),
            Error::Request(invalid) => Self::usage("the request is invalid").because(invalid.to_string()),
            other => Self::local("the request failed", other),
        }
    }
}

fn of_problem(problem: &Problem) -> Failure {
    use ProblemType as P;
    let exit = match problem.problem_type() {
        Some(P::Unauthorized | P::Forbidden) => Exit::NotLetIn,
        Some(P::ContactNotFound | P::NoPhoneNumber) => Exit::NotFound,
        Some(P::CustomFieldNotFound | P::AgentNotFound | P::ApiKeyNotFound) => Exit::NotFound,
        Some(P::Unavailable) => Exit::NotReachable,
        _ => Exit::Refused,
    };
    let mut failure = Failure::new(exit, format!("{} ({})", problem.title, problem.status));
    failure.why.push(problem.detail.clone());
    failure.why.extend(problem.errors.iter().map(|bad| format!("{}: {}", bad.pointer, bad.detail)));
    failure.why.push(format!("request {}", problem.request_id));
    failure.tip = colliding_contacts(problem).or_else(|| tip(problem).map(str::to_owned));
    failure
}

fn tip(problem: &Problem) -> Option<&'static str> {
    use ProblemType as P;
    Some(match problem.problem_type()? {
        P::Unauthorized => "store another key with `contacts login`; `contacts whoami` shows the current one",
        P::Forbidden => "use a key with more access, from `contacts login` or `--profile`",
        P::ContactNotFound => {
            "find contacts with `contacts list`; restore a deleted one with `contacts restore`"
        }
        P::CustomFieldNotFound => "list the custom fields with `contacts custom-field list`",
        P::AgentNotFound => "list the agents with `contacts agent list --all`",
        P::ApiKeyNotFound => "list the API keys with `contacts api-key list --all`",
        P::AgentInUse => "deactivate the agent with `contacts agent update ID --active false`",
        P::ContactsCollide => "choose a contact with `--match phone` or `--match email`",
        P::PreconditionFailed => "read the current contact and its entity tag with `contacts get ID`",
        P::StillRunning => "try again in a moment with the same `--idempotency-key`; the write is done once",
        P::KeyReused => "use a new `--idempotency-key` for each write",
        P::IdempotencyQuota => {
            "try again later, or ask the operator of the server to raise `--idempotency-quota`"
        }
        P::InvalidFields if has_text_for_another_type(problem) => {
            "send a number, a boolean or other JSON with `--field NAME:=JSON`"
        }
        _ => return None,
    })
}

/// Returns the tip for a phone number and an email address of two contacts, which the server names.
fn colliding_contacts(problem: &Problem) -> Option<String> {
    let [by_phone, by_email] = problem.errors.as_slice() else { return None };
    let (phones, emails) = (by_phone.contact_id?, by_email.contact_id?);
    Some(format!(
        "compare them with `contacts get {phones}` and `contacts get {emails}`; `--match phone` chooses the first, \
         `--match email` the second"
    ))
}

fn has_text_for_another_type(problem: &Problem) -> bool {
    problem
        .errors
        .iter()
        .any(|bad| bad.pointer.contains("/custom_fields/") && bad.code == ViolationCode::WrongType)
}

/// Returns the known word that is most similar, if one is similar enough.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    /// clap suggests flags from the same similarity on.
    const NEAR: f64 = 0.7;
    let rated = known.into_iter().map(|other| (strsim::jaro(word, other), other));
    let best = rated.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(nearness, _)| *nearness > NEAR).map(|(_, other)| other)
}
