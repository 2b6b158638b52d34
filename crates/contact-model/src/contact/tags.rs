//! Tags: an update replaces them as sent or adds and removes some of them; a create merges them.

use std::collections::HashSet;

use crate::limits;
use crate::problem::{Violation, ViolationCode, Violations};

/// Returns the tags of a contact after a create. Documented: the sent tags are merged with the existing ones
/// and deduplicated. Decided: the existing tags come first, then the new ones in the order sent. The tags of
/// a new contact are deduplicated too.
///
/// # Errors
/// Returns an error if there are more than [`limits::TAGS`] tags after the merge.
pub fn merge(existing: &[String], sent: &[String]) -> Result<Vec<String>, Violation> {
    let mut seen = HashSet::new();
    let merged: Vec<String> =
        existing.iter().chain(sent).filter(|tag| seen.insert(tag.as_str())).cloned().collect();
    within_limit(merged)
}

/// Returns the tags of a contact after some are added: the existing tags unchanged, then the missing ones in
/// the order sent. Extension.
///
/// # Errors
/// Returns an error if there are more than [`limits::TAGS`] tags afterwards.
pub fn add(existing: &[String], sent: &[String]) -> Result<Vec<String>, Violation> {
    let mut seen: HashSet<&str> = existing.iter().map(String::as_str).collect();
    let missing = sent.iter().filter(|tag| seen.insert(tag.as_str()));
    let added: Vec<String> = existing.iter().chain(missing).cloned().collect();
    // A contact that already has more tags than allowed may keep them.
    if added.len() == existing.len() { Ok(added) } else { within_limit(added) }
}

/// Returns the tags of a contact after a tag is removed everywhere. Extension.
pub fn remove(existing: &[String], tag: &str) -> Vec<String> {
    existing.iter().filter(|existing_tag| *existing_tag != tag).cloned().collect()
}

/// Returns the tags of a contact after one is renamed: the new name replaces the first occurrence of the old
/// or new name, and further occurrences are removed. A contact without the old tag keeps its tags unchanged.
/// Extension.
pub fn rename(existing: &[String], from: &str, to: &str) -> Vec<String> {
    if !existing.iter().any(|tag| tag == from) {
        return existing.to_vec();
    }
    let mut is_placed = false;
    let renamed = existing.iter().filter_map(|tag| {
        if tag != from && tag != to {
            return Some(tag.clone());
        }
        (!std::mem::replace(&mut is_placed, true)).then(|| to.to_owned())
    });
    renamed.collect()
}

/// Returns the tags of a contact after an update removes some tags and adds others. Extension.
///
/// # Errors
/// Returns an error if there are more than [`limits::TAGS`] tags afterwards.
pub fn change(existing: &[String], added: &[String], removed: &[String]) -> Result<Vec<String>, Violation> {
    let kept = removed.iter().fold(existing.to_vec(), |kept, tag| remove(&kept, tag));
    add(&kept, added).map_err(|too_many| Violation { pointer: format!("/{ADD_TAGS}"), ..too_many })
}

const ADD_TAGS: &str = "add_tags";
const REMOVE_TAGS: &str = "remove_tags";

/// Checks that an update does not both replace the tags and add or remove some, and does not add and remove
/// the same tag. Extension.
pub(crate) fn check_changes(
    replaces_tags: bool,
    added: &Option<Vec<String>>,
    removed: &Option<Vec<String>>,
    violations: &mut Violations,
) {
    if replaces_tags {
        for (key, sent) in [(ADD_TAGS, added), (REMOVE_TAGS, removed)] {
            if sent.is_some() {
                let detail = format!(
                    "{key} cannot be sent together with tags: tags replaces all tags, {key} changes some of them."
                );
                violations.report(format!("/{key}"), ViolationCode::InvalidValue, detail);
            }
        }
    }
    let added: HashSet<&String> = added.iter().flatten().collect();
    for (index, tag) in removed.iter().flatten().enumerate() {
        if added.contains(tag) {
            let detail = format!("The tag is in {ADD_TAGS} as well. Send it in one of the two.");
            violations.report(format!("/{REMOVE_TAGS}/{index}"), ViolationCode::InvalidValue, detail);
        }
    }
}

fn within_limit(merged: Vec<String>) -> Result<Vec<String>, Violation> {
    let (limit, count) = (limits::TAGS, merged.len());
    if count > limit {
        let detail = format!("The contact would have {count} tags; at most {limit} are allowed.");
        return Err(Violation::new("/tags", ViolationCode::TooMany, detail));
    }
    Ok(merged)
}

#[cfg(test)]
mod tests;
