//! Whether the requests of a run did what they asked.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::{Drive, Outcome};
use crate::bench::figure::Request;
use crate::bench::http;
use crate::bench::seed::contact_id;

#[derive(Deserialize)]
struct Answer {
    notes: Option<String>,
}

/// Looks at some of the contacts that a run wrote: their notes must be what one of its requests sent.
pub(in crate::bench) fn verify(drive: &Drive<'_>, outcome: &Outcome) -> Result<()> {
    for contact in outcome.first() {
        let answer = match drive.request {
            Request::Get | Request::List => return Ok(()),
            Request::Patch => {
                let id = contact_id(contact.parse().context("wrk names no contact")?);
                http::get(drive.url, &format!("/contacts/{id}/"), drive.key)?
            }
            // The same phone again finds the contact that the run created, and changes nothing.
            Request::Post | Request::Batch => {
                let again = format!(r#"{{"phone_number":"{contact}"}}"#);
                let answer = http::post(drive.url, "/contacts/", drive.key, &again)?;
                ensure!(answer.status == 200, "the contact {contact} was not created by the run");
                answer
            }
        };
        ensure!(answer.status == 200, "the contact {contact} was answered with {}", answer.status);
        let found: Answer = serde_json::from_str(&answer.body).context("the answer is no contact")?;
        ensure!(
            found.notes.as_deref().is_some_and(|notes| was_sent(notes, drive.run, outcome)),
            "the contact {contact} has the notes {:?}, which no request of run {} sent",
            found.notes,
            drive.run
        );
    }
    Ok(())
}

/// Whether notes are those of a request of this run.
fn was_sent(notes: &str, run: u64, outcome: &Outcome) -> bool {
    let read = || {
        let rest = notes.strip_prefix(&format!("Run {run}, thread "))?;
        let (thread, call) = rest.split_once(", call ")?;
        Some((thread.parse::<usize>().ok()?, call.parse::<u64>().ok()?))
    };
    read().is_some_and(|(thread, call)| (1..=outcome.sent(thread)).contains(&call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_run_sent_counts() {
        let printed = r#"{"requests":9,"micros":1,"p50":1,"p99":1,"refused":0,"failed":0,"sent":[5,6],"first":["",""]}"#;
        let outcome = Outcome::parse(printed).unwrap();
        assert!(was_sent("Run 3, thread 2, call 6", 3, &outcome));
        for other in [
            "Run 2, thread 2, call 6",
            "Run 3, thread 1, call 6",
            "Run 3, thread 3, call 1",
            "Run 3, thread 1, call 0",
            "Imported",
        ] {
            assert!(!was_sent(other, 3, &outcome), "{other}");
        }
    }
}
