//! What is said of a run on standard error.

use contact_conformance::{Breach, Leftovers, OpenError, Verdict};

use super::checked::Checked;
use super::kept_contact::KeptContact;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::messages;

/// Broken promises of which it is said how they were broken; the table has them all.
const SHOWN: usize = 10;

/// How many were kept, and what was left out for which reason.
pub(super) fn summary(checked: &[Checked<'_>]) {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    let (mut kept, mut broken) = (0, 0);
    for one in checked {
        match one.outcome.verdict {
            Verdict::Kept => kept += 1,
            Verdict::Broken(_) => broken += 1,
            Verdict::Skipped(reason) => match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, count)) => *count += 1,
                None => reasons.push((reason, 1)),
            },
        }
    }
    for (reason, count) in &reasons {
        messages::note(&format!("{count} skipped: {reason}"));
    }
    let skipped: usize = reasons.iter().map(|(_, count)| count).sum();
    messages::note(&format!("{kept} kept, {broken} broken, {skipped} skipped"));
}

/// Whether all is well, and what is left on the server.
///
/// # Errors
/// A promise was broken, the contact is not as it was, or the run was interrupted.
pub(super) fn result(
    checked: &[Checked<'_>],
    leftovers: &Leftovers,
    kept: Option<&KeptContact>,
    was_interrupted: bool,
) -> Result<(), Failure> {
    if !leftovers.left_behind.is_empty() {
        let paths = leftovers.left_behind.join(", ");
        messages::warn(&format!(
            "left on the server, which did not delete it or does not say whether it made it: {paths}"
        ));
    }
    let not_put_back: Vec<String> = leftovers.not_put_back.iter().map(ToString::to_string).collect();
    let broken: Vec<(&Checked<'_>, &Breach)> = checked
        .iter()
        .filter_map(|one| match &one.outcome.verdict {
            Verdict::Broken(breach) => Some((one, &**breach)),
            Verdict::Kept | Verdict::Skipped(_) => None,
        })
        .collect();
    if broken.is_empty() && not_put_back.is_empty() {
        return if was_interrupted { Err(Failure::new(Exit::Interrupted, "interrupted")) } else { Ok(()) };
    }
    let what = match broken.len() {
        0 => "the contact is not as it was".to_owned(),
        1 => "a promise is broken".to_owned(),
        several => format!("{several} promises are broken"),
    };
    let mut failure = Failure::new(Exit::Refused, what);
    for (one, breach) in broken.iter().take(SHOWN) {
        failure.why.push(format!("{} ({}): {}", one.case.id, one.case.rank, one.case.rule));
        let request = breach.request.lines().next().unwrap_or_default();
        failure.why.push(format!("  {request}"));
        failure.why.extend(breach.with.iter().map(|with| format!("  with {with}")));
        failure.why.extend(breach.mismatches.iter().map(|mismatch| format!("  {mismatch}")));
    }
    if let Some(more @ 1..) = broken.len().checked_sub(SHOWN) {
        failure.why.push(format!("and {more} more"));
    }
    failure.why.extend(not_put_back.iter().map(|mismatch| format!("not as it was: {mismatch}")));
    if let Some(kept) = kept.filter(|_| !not_put_back.is_empty()) {
        failure.why.push(format!("{kept} says what it was like: put it back, and remove that file"));
    }
    if broken.is_empty() {
        return Err(failure);
    }
    Err(failure.tip("`--output json` and `--junit` have each request and its answer"))
}

/// Why a server cannot be held against the cases.
pub(super) fn open_failure(error: OpenError, url: &str) -> Failure {
    let what = error.to_string();
    match error {
        OpenError::Unusable(_) => Failure::usage(what),
        OpenError::NotReachable(why) => {
            Failure::new(Exit::NotReachable, format!("{url} cannot be reached")).because(why)
        }
        OpenError::NotLetIn(_) => Failure::new(Exit::NotLetIn, what)
            .tip("use a key that may write: `--api-key`, CONTACTS_API_KEY or `contacts login` say it"),
        OpenError::NoContact { status: 404, .. } => Failure::new(Exit::NotFound, what),
        OpenError::NoContact { .. } | OpenError::UnreadableContact { .. } => {
            Failure::new(Exit::Refused, what)
        }
        OpenError::NoLocation { phone } => Failure::new(Exit::Refused, what)
            .because(format!("a contact with the phone number {phone} is left behind"))
            .tip("`--contact-id` says a contact to work on: the documentation promises no `Location`"),
        OpenError::NoContactMade { answer } => {
            let mut failure = Failure::new(Exit::Refused, what);
            failure.why.extend(answer.lines().map(str::to_owned));
            failure.tip("`--contact-id` says a contact to work on")
        }
    }
}
