//! The kinds of rows of the table of refusals.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use contact_model::{ProblemType as P, Violations};
use contact_store::Cause;

use super::pending_problem::ProblemHeader::RetryAfter;
use super::{PendingProblem, ProblemHeader};

/// How soon a client should try again if it is not known when the request can succeed.
pub(super) const SOON: Duration = Duration::from_secs(1);

/// Returns the row of a refusal that is stored as the response to a request with an idempotency key: it depends only on
/// the request and on the company's data.
pub(super) fn stored(kind: P, detail: impl Into<Cow<'static, str>>) -> PendingProblem {
    PendingProblem { is_stored: true, ..not_stored(kind, detail) }
}

/// Returns the row of a refusal because the company has no such object.
pub(super) fn not_found(kind: P, object: &str) -> PendingProblem {
    stored(kind, format!("The company has no {object} with this id."))
}

/// Returns the row of a refusal that is not stored, because the same request may succeed later: it depends on the
/// caller, the transport, the server or the key itself.
pub(super) fn not_stored(kind: P, detail: impl Into<Cow<'static, str>>) -> PendingProblem {
    PendingProblem {
        kind,
        detail: detail.into(),
        errors: Vec::new(),
        header: None,
        is_stored: false,
        contacts: BTreeSet::new(),
        cause: None,
    }
}

/// Returns the row of a refusal that is not stored and whose response has a header.
pub(super) fn with_header(
    kind: P,
    header: ProblemHeader,
    detail: impl Into<Cow<'static, str>>,
) -> PendingProblem {
    PendingProblem { header: Some(header), ..not_stored(kind, detail) }
}

impl PendingProblem {
    pub(super) fn with_errors(self, violations: Violations) -> Self {
        Self { errors: violations.into_vec(), ..self }
    }

    pub(super) fn caused_by(self, cause: Cause) -> Self {
        Self { cause: Some(cause), ..self }
    }
}

/// Returns a row of the table for a server that currently cannot process requests.
pub(super) fn unavailable(detail: &'static str) -> PendingProblem {
    with_header(P::Unavailable, RetryAfter(SOON), detail)
}
