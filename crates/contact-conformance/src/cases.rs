//! Reads the cases from their files.

use crate::case::Case;
use crate::variables::{generated_kind, names};

/// The files with the cases, in the order in which they run.
const FILES: [(&str, &str); 6] = [
    ("shared", include_str!("../cases/shared.yaml")),
    ("bodies", include_str!("../cases/bodies.yaml")),
    ("update", include_str!("../cases/update.yaml")),
    ("create", include_str!("../cases/create.yaml")),
    ("get", include_str!("../cases/get.yaml")),
    ("extensions", include_str!("../cases/extensions.yaml")),
];

/// An invalid file of cases. The tests of this crate read all files.
#[derive(Debug, thiserror::Error)]
#[error("{file}.yaml: {what}")]
pub struct CaseError {
    file: &'static str,
    what: String,
}

/// Returns all cases in the order in which they run.
///
/// # Errors
/// A file is invalid, the name of a case is used twice or in the wrong file, or a variable has no value.
pub fn cases() -> Result<Vec<Case>, CaseError> {
    let mut all = Vec::new();
    for (file, text) in FILES {
        read(file, text, &mut all).map_err(|what| CaseError { file, what })?;
    }
    Ok(all)
}

/// Reads the cases of a file one by one, so that an error contains the name of its case.
fn read(file: &str, text: &str, all: &mut Vec<Case>) -> Result<(), String> {
    let written: Vec<yaml_serde::Value> = yaml_serde::from_str(text).map_err(|error| error.to_string())?;
    for case in written {
        let id = case.get("id").and_then(|id| id.as_str()).unwrap_or("a case without an id").to_owned();
        let case: Case = yaml_serde::from_value(case).map_err(|error| format!("{id}: {error}"))?;
        check(file, &case, all).map_err(|what| format!("{id}: {what}"))?;
        all.push(case);
    }
    Ok(())
}

fn check(file: &str, case: &Case, others: &[Case]) -> Result<(), String> {
    if case.id.split_once('.').is_none_or(|(first, rest)| first != file || rest.is_empty()) {
        return Err(format!("its name does not begin with `{file}.`"));
    }
    if others.iter().any(|other| other.id == case.id) {
        return Err("its name is used twice".to_owned());
    }
    let stored: Vec<&String> = case.steps.iter().flat_map(|step| step.keep.keys()).collect();
    let is_known = |name: &str| {
        ["contact_id", "phone", "email", "custom_field", "number"].contains(&name)
            || case.each.iter().all(|row| row.contains_key(name))
            || stored.iter().any(|stored| *stored == name)
            || generated_kind(name).is_some()
    };
    let used = case.texts().into_iter().flat_map(names);
    let used: Vec<&str> = used.map(|name| name.split('.').next().unwrap_or_default()).collect();
    if let Some(unknown) = used.iter().find(|name| !is_known(name)) {
        return Err(format!("`{{{unknown}}}` has no value"));
    }
    let mut given = case.each.iter().flat_map(|row| row.keys()).chain(stored.iter().copied());
    if let Some(idle) = given.find(|name| !used.contains(&name.as_str())) {
        return Err(format!("`{{{idle}}}` is not used"));
    }
    let keys = ["key", "unknown_key", "other_key"];
    let mut sent = case.steps.iter().flat_map(|step| names(&step.authorization));
    sent.find(|name| !keys.contains(name)).map_or(Ok(()), |name| Err(format!("`{{{name}}}` is not a key")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the error of two cases after a change of the second one.
    fn error_after(from: &str, to: &str) -> Result<(), String> {
        let valid = |id: &str| {
            format!(
                "- id: {id}
  decided: Update / email
  rule: It is stored.
  needs: [include]
  each: [{{ sent: x }}]
  steps:
    - request: PATCH /contacts/{{contact_id}}/
      body: {{ email: \"{{sent}}\" }}
      expect: {{ status: 200, body: {{ email: !string }} }}
      keep: {{ stored: body/email }}
  contact: {{ email: \"{{stored}}\" }}
"
            )
        };
        let altered = valid("update.two").replace(from, to);
        assert_ne!(altered, valid("update.two"), "{from} is in the case");
        read("update", &(valid("update.one") + &altered), &mut Vec::new())
    }

    #[test]
    fn an_invalid_case_is_refused_with_its_name() {
        assert_eq!(error_after("It is stored", "It is written"), Ok(()));
        for (from, to, what) in [
            ("update.two", "update.one", "twice"),
            ("update.two", "create.two", "update."),
            ("decided", "decided: x\n  documented", "one of"),
            ("decided", "described", "described"),
            ("It is stored.", "''", "rule"),
            ("include", "includes", "includes"),
            ("[{ sent: x }]", "[{ sent: x, idle: y }]", "idle"),
            ("[{ sent: x }]", "[sent]", "not a row"),
            ("[{ sent: x }]", "{ sent: x }", "not a list"),
            ("{sent}", "{unheard_of}", "unheard_of"),
            ("{stored}", "{body.email}", "{body}"),
            ("!string", "!text", "!text"),
            ("status: 200", "status: fine", "status"),
            ("status: 200", "status: 200, problem: 400", "problem"),
            ("body/email", "email", "not a place"),
            ("request", "requests", "requests"),
            ("      body:", "      authorization: \"{secret}\"\n      body:", "secret"),
        ] {
            let error = error_after(from, to).expect_err(to);
            assert!(error.contains(what), "{to}: {error}");
            assert!(error.starts_with("update.") || error.starts_with("create."), "{error}");
        }
        assert!(error_after("steps:", "steps: [").is_err(), "it is not YAML");
    }
}
