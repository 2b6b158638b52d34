//! A check that the requests of a run had their effect.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{Load, Outcome};
use crate::figure::Request;
use crate::http::Client;
use crate::seed::contact_id;

/// Reads some of the contacts that a run wrote, and checks that their notes are from the run.
pub(crate) fn verify(load: &Load<'_>, outcome: &Outcome) -> Result<()> {
    let client = Client { url: load.url, key: load.key };
    for contact in &outcome.first {
        let contact: Value = match load.request {
            Request::Get | Request::List => return Ok(()),
            Request::Patch => client.contact(&contact_id(contact.parse()?).to_string())?,
            // An upsert with only the phone number finds the contact and changes nothing.
            Request::Post | Request::Batch => client.upsert(contact)?,
        };
        let notes = contact["notes"].as_str().context("a contact has no notes")?;
        let expected = format!("Run {}, ", load.run);
        ensure!(notes.starts_with(&expected), "a contact has the notes {notes:?}, not those of {expected:?}");
    }
    Ok(())
}
