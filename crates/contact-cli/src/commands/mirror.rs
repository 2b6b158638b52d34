//! `mirror FILE`

use std::collections::BTreeSet;
use std::path::Path;

use contact_client::model::ContactId;
use contact_client::model::changes::{ChangeAction, ChangeEntry, ChangeQuery, FeedPosition};
use contact_client::model::limits;
use contact_client::{Error, ProblemType};
use serde::Serialize;

use crate::change_file::ChangeFile;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::record::records;

/// The result of bringing a copy up to date.
#[derive(Debug, Serialize)]
struct Mirrored {
    file: String,
    /// The number of changes that were added.
    added: u64,
    /// The number of the last change.
    sequence: i64,
    /// Its hash, which is the same on the server.
    hash: String,
}

records! { Mirrored, "file", ["file", "added", "sequence", "hash"], ["file", "added", "sequence", "hash"]; }

/// Brings a copy of the changes up to date and verifies it.
pub(super) fn run(path: &Path, follow: bool, context: &Context) -> Result<(), Failure> {
    let mut file = ChangeFile::open(path)?;
    let mut query = ChangeQuery { limit: limits::PAGE_SIZE, ..ChangeQuery::default() };
    query.after = file.cursor().map(FeedPosition::After);
    let mut added = 0;
    loop {
        let call = context.client()?.read_changes(&query);
        let feed = call.wait().map_err(|error| failure(&error, path, context))?.into_body();
        add(&mut file, &feed.results)?;
        added += feed.results.len() as u64;
        query.after = Some(FeedPosition::After(feed.cursor));
        if !feed.more {
            break;
        }
    }
    verify(&file, path, added, context)?;
    if follow {
        for change in context.client()?.follow_changes(query).wait() {
            let change = change.map_err(|error| failure(&error, path, context))?;
            add(&mut file, &[change])?;
        }
    }
    Ok(())
}

/// Adds changes. If they erased contacts, removes the values of these contacts from the file.
fn add(file: &mut ChangeFile, changes: &[ChangeEntry]) -> Result<(), Failure> {
    file.add(changes)?;
    let erased = changes.iter().filter(|change| change.action == ChangeAction::Erased);
    let erased: BTreeSet<ContactId> = erased.filter_map(|change| change.contact_id).collect();
    if erased.is_empty() { Ok(()) } else { file.remove_values(&erased) }
}

/// Compares the hash of the last change with the server's.
fn verify(file: &ChangeFile, path: &Path, added: u64, context: &Context) -> Result<(), Failure> {
    let Some((sequence, hash)) = file.last() else {
        return context.printer.summary(&Mirrored {
            file: path.display().to_string(),
            added,
            sequence: 0,
            hash: String::new(),
        });
    };
    let call = context.client()?.verify_changes(Some(sequence));
    let verified = call.wait().map_err(|error| failure(&error, path, context))?;
    if verified.body().hash != hash {
        return Err(differs(path));
    }
    let hash = hash.to_string();
    context.printer.summary(&Mirrored { file: path.display().to_string(), added, sequence, hash })
}

fn failure(error: &Error, path: &Path, context: &Context) -> Failure {
    if error.problem_type() == Some(ProblemType::ChangesRemoved) {
        differs(path)
    } else {
        context.failure(error)
    }
}

fn differs(path: &Path) -> Failure {
    Failure::new(Exit::Refused, format!("{} does not continue the changes of the server", path.display()))
        .because("the server has removed the changes that follow, or its database was replaced by a backup")
        .tip("move the file away, and run the command again to begin a new copy")
}
