//! The API key: where it travels, and that it must.

use serde_json::Value;

use super::super::description::{Description, Operation, entries};
use super::super::finding::{Code, Finding, Place};
use super::super::promise::ApiKey;
use super::comparison::{Comparison, undocumented};

pub(super) fn compare(
    description: Description<'_>,
    promise: &ApiKey,
    operation: &Operation<'_>,
    comparison: &mut Comparison,
) {
    let place = Place::operation(&operation.name).step("security");
    let changed = |title: &str| {
        Finding::new(Code::SecurityChanged, &place, title)
            .promised(format!("an API key in {} `{}`, required", promise.location, promise.name))
    };
    // The operation's own list replaces the document's, even when it is empty.
    let requirements: Vec<&Value> = operation
        .object
        .get("security")
        .or_else(|| description.at("/security"))
        .and_then(Value::as_array)
        .map(|list| list.iter().collect())
        .unwrap_or_default();
    let mut broken = Vec::new();
    let mut kept = false;
    for requirement in &requirements {
        let names: Vec<&str> = entries(Some(requirement)).map(|(name, _)| name.as_str()).collect();
        match names.as_slice() {
            [] => broken.push(
                changed("the operation may be called without an API key").found("`{}`, nothing required"),
            ),
            [name] if is_promised(description, promise, name) => kept = true,
            names => comparison.note([undocumented(
                &place.step(&names.join("+")),
                &format!("the security scheme `{}`", names.join("` with `")),
            )]),
        }
    }
    if requirements.is_empty() {
        broken.push(changed("the operation requires no API key").found("no security requirement"));
    } else if !kept && broken.is_empty() {
        let found: Vec<String> = requirements
            .iter()
            .flat_map(|requirement| entries(Some(requirement)))
            .map(|(name, _)| scheme_in_words(description, name))
            .collect();
        broken.push(
            changed("the documented API key alone does not open the operation").found(found.join(", ")),
        );
    }
    comparison.promise(broken);
}

fn scheme<'d>(description: Description<'d>, name: &str) -> Option<&'d Value> {
    let schemes = description.at("/components/securitySchemes")?;
    schemes.get(name).map(|scheme| description.follow(scheme))
}

fn is_promised(description: Description<'_>, promise: &ApiKey, name: &str) -> bool {
    scheme(description, name).is_some_and(|scheme| {
        scheme["type"] == "apiKey"
            && scheme["in"] == promise.location.as_str()
            // Header names are the same in any case.
            && scheme["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(&promise.name))
    })
}

fn scheme_in_words(description: Description<'_>, name: &str) -> String {
    let word = |scheme: &Value, key: &str| scheme[key].as_str().unwrap_or("?").to_owned();
    match scheme(description, name) {
        Some(scheme) if scheme["type"] == "apiKey" => {
            format!("an API key in {} `{}`", word(scheme, "in"), word(scheme, "name"))
        }
        Some(scheme) => format!("`{name}` of type {}", word(scheme, "type")),
        None => format!("`{name}`, which no security scheme explains"),
    }
}
