//! Rules for the whole description, so that generators and people can use it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::description::{entries, is_error, operations};
use super::places::Places;
use super::schema::alternatives;

/// The media type of every error (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Adds the violations at their places.
pub(super) fn add_violations(description: &Value, offered: &mut Places) {
    let mut seen = BTreeSet::new();
    for (name, _, operation) in operations(description) {
        let mut refuse_if = |is_broken: bool, at: &str, text: &str| {
            offered.extend(is_broken.then(|| (format!("{name} {at}"), text.to_owned())));
        };
        // Generators name their methods after the operation id.
        let id = operation["operationId"].as_str().unwrap_or_default();
        let is_snake_case = id.contains('_') && !id.contains(|c: char| c != '_' && !c.is_ascii_lowercase());
        let is_new = seen.insert(id);
        refuse_if(!is_snake_case || !is_new, "operationId", &format!("`{id}` is not a unique verb_resource"));
        let contents = entries(&operation["requestBody"], "content");
        for body in contents.flat_map(|(_, content)| alternatives(&content["schema"])) {
            for (key, schema) in entries(&body, "properties") {
                // In a request, null clears a field.
                let is_null = alternatives(schema).iter().any(|a| a.get("default") == Some(&Value::Null));
                let at = format!("request.{key} default");
                refuse_if(is_null, &at, "null, which clients would send instead of nothing");
            }
        }
        for (status, response) in entries(operation, "responses") {
            let is_blank = response["description"].as_str().is_none_or(|text| text.trim().is_empty());
            refuse_if(is_blank, &format!("response.{status} description"), "missing");
            let content = &response["content"][PROBLEM];
            let has_example = content.get("example").is_some() || content.get("examples").is_some();
            let is_incomplete = is_error(status) && (content.get("schema").is_none() || !has_example);
            let at = format!("response.{status} {PROBLEM}");
            refuse_if(is_incomplete, &at, "without a schema or an example");
        }
    }
}
