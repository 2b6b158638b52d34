//! The cases, as the files beside the sources have them.

use crate::case::Case;
use crate::variables::{made_up_kind, names};

/// The files with the cases, in the order in which they are run.
const FILES: [(&str, &str); 6] = [
    ("shared", include_str!("../cases/shared.yaml")),
    ("bodies", include_str!("../cases/bodies.yaml")),
    ("update", include_str!("../cases/update.yaml")),
    ("create", include_str!("../cases/create.yaml")),
    ("get", include_str!("../cases/get.yaml")),
    ("extensions", include_str!("../cases/extensions.yaml")),
];

/// A file of cases that cannot be read: a fault of this crate, which its tests find.
#[derive(Debug, thiserror::Error)]
#[error("{file}.yaml: {what}")]
pub struct CaseError {
    file: &'static str,
    what: String,
}

/// Every case, in the order in which they are run.
///
/// # Errors
/// A file cannot be read, a name stands twice or under another file, or a variable has no value.
pub fn cases() -> Result<Vec<Case>, CaseError> {
    let mut all: Vec<Case> = Vec::new();
    for (file, text) in FILES {
        let fault = |what: String| CaseError { file, what };
        // One by one, so that what is wrong is told with the name of its case.
        let written: Vec<yaml_serde::Value> =
            yaml_serde::from_str(text).map_err(|error| fault(error.to_string()))?;
        for case in written {
            let id = case.get("id").and_then(|id| id.as_str()).unwrap_or("a case without an id").to_owned();
            let case: Case = yaml_serde::from_value(case).map_err(|error| fault(format!("{id}: {error}")))?;
            check(file, &case, &all).map_err(|what| fault(format!("{id}: {what}")))?;
            all.push(case);
        }
    }
    Ok(all)
}

fn check(file: &str, case: &Case, others: &[Case]) -> Result<(), String> {
    if case.id.split_once('.').is_none_or(|(first, rest)| first != file || rest.is_empty()) {
        return Err(format!("its name begins with another word than `{file}.`"));
    }
    if others.iter().any(|other| other.id == case.id) {
        return Err("its name stands twice".to_owned());
    }
    let kept: Vec<&String> = case.steps.iter().flat_map(|step| step.keep.keys()).collect();
    let is_known = |name: &str| {
        ["contact_id", "phone", "email", "custom_field", "number"].contains(&name)
            || case.each.iter().all(|row| row.contains_key(name))
            || kept.iter().any(|kept| *kept == name)
            || made_up_kind(name).is_some()
    };
    let mut used = case.texts().into_iter().flat_map(names);
    if let Some(unknown) = used.find(|name| !is_known(name.split('.').next().unwrap_or_default())) {
        return Err(format!("`{{{unknown}}}` has no value"));
    }
    let keys = ["key", "unknown_key", "other_key"];
    let mut sent = case.steps.iter().flat_map(|step| names(&step.authorization));
    sent.find(|name| !keys.contains(name)).map_or(Ok(()), |name| Err(format!("`{{{name}}}` is no key")))
}
