//! Why a command failed: what happened, why, and what to try.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use contact_client::model::ViolationCode;
use contact_client::{Error, Problem, ProblemType};

use crate::exit::Exit;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// What happened, in one line.
    pub(crate) what: String,
    /// Why, line by line.
    pub(crate) why: Vec<String>,
    /// What to try.
    pub(crate) tip: Option<String>,
}

/// The beginning of the TLS library's error if the other side responds with something that is not TLS.
const NOT_TLS: &str = "received corrupt message";

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), why: Vec::new(), tip: None }
    }

    /// The command line cannot be used as it is.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// Something on this machine failed.
    pub(crate) fn local(what: impl Into<String>, error: impl fmt::Display) -> Self {
        Self::new(Exit::Refused, what).because(error.to_string())
    }

    /// A response cannot be printed.
    pub(crate) fn unprintable(error: impl fmt::Display) -> Self {
        Self::local("the answer cannot be printed", error)
    }

    pub(crate) fn because(mut self, why: impl Into<String>) -> Self {
        self.why.push(why.into());
        self
    }

    pub(crate) fn tip(mut self, tip: impl Into<String>) -> Self {
        self.tip = Some(tip.into());
        self
    }

    /// A call to the server at this address failed.
    pub(crate) fn of_call(error: &Error, url: &str) -> Self {
        match error {
            Error::Problem { problem, retry_after } => {
                let mut failure = of_problem(problem);
                let again = |pause: &Duration| format!("try again in {} s", pause.as_secs().max(1));
                failure.tip = failure.tip.or_else(|| retry_after.as_ref().map(again));
                failure
            }
            Error::Transport(error) => {
                let cause = std::iter::successors(error.source(), |&error| error.source())
                    .last()
                    .map(|cause| cause.to_string());
                if let Some(cause) = cause.as_ref().filter(|cause| cause.starts_with(NOT_TLS)) {
                    return Self::new(
                        Exit::NotReachable,
                        format!("the server at {url} does not speak HTTPS"),
                    )
                    .because(cause)
                    .tip(format!("use {} if it speaks HTTP", url.replacen("https://", "http://", 1)));
                }
                let mut failure = Self::new(Exit::NotReachable, format!("{url} cannot be reached"));
                failure.why.extend(cause);
                failure.tip("is the server running there? `--url`, CONTACTS_URL and `contacts login` say another address")
            }
            Error::Timeout { .. } => Self::new(Exit::NotReachable, format!("{url} did not answer in time"))
                .because(error.to_string())
                .tip("try again; whether a write was done is not known, and `contacts get` shows it"),
            Error::TooLarge { .. } => {
                Self::new(Exit::NotReachable, format!("what answers at {url} does not stop"))
                    .because(error.to_string())
                    .tip("check the address: `contacts whoami` shows where it comes from")
            }
            Error::Unexpected(answer) => {
                Self::new(Exit::NotReachable, format!("what answers at {url} is not the contacts API"))
                    .because(answer.to_string())
                    .tip("check the address: `contacts whoami` shows where it comes from")
            }
            Error::Request(invalid) => Self::usage("the request cannot be sent").because(invalid.to_string()),
            other => Self::local("the call failed", other),
        }
    }
}

fn of_problem(problem: &Problem) -> Failure {
    use ProblemType::{
        AgentInUse, AgentNotFound, ApiKeyNotFound, ContactNotFound, ContactsCollide, CustomFieldNotFound,
        Forbidden, IdempotencyQuota, InvalidFields, KeyReused, NoPhoneNumber, PreconditionFailed,
        StillRunning, Unauthorized, Unavailable,
    };
    let kind = problem.problem_type();
    let exit = match kind {
        Some(Unauthorized | Forbidden) => Exit::NotLetIn,
        Some(ContactNotFound | NoPhoneNumber | CustomFieldNotFound | AgentNotFound | ApiKeyNotFound) => {
            Exit::NotFound
        }
        Some(Unavailable) => Exit::NotReachable,
        _ => Exit::Refused,
    };
    let tip = match kind {
        Some(Unauthorized) => {
            Some("`contacts login` keeps another key; `contacts whoami` shows which one is sent")
        }
        Some(Forbidden) => Some("use a key with more access: `--profile` and `contacts login` choose one"),
        Some(ContactNotFound) => {
            Some("`contacts list` finds contacts; `contacts restore ID` takes a deleted one back")
        }
        Some(CustomFieldNotFound) => Some("`contacts custom-field list` shows which there are"),
        Some(AgentNotFound) => Some("`contacts agent list --all` shows which there are"),
        Some(ApiKeyNotFound) => Some("`contacts api-key list --all` shows which there are"),
        Some(AgentInUse) => {
            Some("`contacts agent update ID --active false` says that it is no longer at work")
        }
        Some(ContactsCollide) => Some("`--match phone` or `--match email` says which contact is meant"),
        Some(PreconditionFailed) => {
            Some("`contacts get ID` shows the contact as it is now, with its entity tag")
        }
        Some(StillRunning) => Some(
            "look in a moment whether it was done; sent again with the same `--idempotency-key`, it is done once",
        ),
        Some(KeyReused) => {
            Some("use another `--idempotency-key` for another write; this one is answered with what it did")
        }
        Some(IdempotencyQuota) => Some(
            "write again when the quota is free, or ask whoever runs the server to raise its `--idempotency-quota`",
        ),
        Some(InvalidFields) if sent_text_for_another_type(problem) => {
            Some("`--field NAME:=JSON` sends a number, true, false or any other JSON")
        }
        _ => None,
    };
    let mut failure = Failure::new(exit, format!("{} ({})", problem.title, problem.status));
    failure.why.push(problem.detail.clone());
    failure.why.extend(problem.errors.iter().map(|bad| format!("{}: {}", bad.pointer, bad.detail)));
    failure.why.push(format!("request {}", problem.request_id));
    failure.tip = which_is_meant(problem).or_else(|| tip.map(str::to_owned));
    failure
}

/// What to look at where phone number and email address are two contacts', which the server names.
fn which_is_meant(problem: &Problem) -> Option<String> {
    let [by_phone, by_email] = problem.errors.as_slice() else { return None };
    let (phones, emails) = (by_phone.contact_id?, by_email.contact_id?);
    Some(format!(
        "`contacts get {phones}` and `contacts get {emails}` show them; `--match phone` means the first, \
         `--match email` the second"
    ))
}

fn sent_text_for_another_type(problem: &Problem) -> bool {
    let typed = |bad: &contact_client::model::Violation| {
        bad.pointer.contains("/custom_fields/") && bad.code == ViolationCode::WrongType
    };
    problem.errors.iter().any(typed)
}

/// The known word that is most like this one, where one is like it at all.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    /// As near as clap asks for where it suggests a flag.
    const NEAR: f64 = 0.7;
    let rated = known.into_iter().map(|other| (strsim::jaro(word, other), other));
    let best = rated.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(nearness, _)| *nearness > NEAR).map(|(_, other)| other)
}
