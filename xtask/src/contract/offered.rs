//! What the description offers to clients of the documentation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::description::{self, entries, is_error, is_extension, list};
use super::schema::{Alternative, alternatives, notation};
use super::{ADDITION, Operations, PRESENT, Places};

/// Returns the places of the documented operations, and of operations that are neither documented nor extensions.
pub(super) fn operations(description: &Value, promised: &Operations) -> Operations {
    let mut offered = Operations::new();
    for (name, path_item, operation) in description::operations(description) {
        if let Some(promised) = promised.get(&name) {
            let mut offer = Offer { promised, places: Places::new() };
            offer.add("", PRESENT);
            offer.add("security", security(description, operation));
            offer.add_parameters(path_item, operation);
            if let Some(body) = operation.get("requestBody") {
                offer.add_request(body);
            }
            for (status, response) in entries(operation, "responses") {
                offer.add_response(status, response);
            }
            offered.insert(name, offer.places);
        } else if !is_extension(operation) {
            offered.insert(name, Places::from([(String::new(), ADDITION.to_owned())]));
        }
    }
    offered
}

/// Returns the schemes that an operation requires, as in `header authorization or nothing`.
fn security(description: &Value, operation: &Value) -> String {
    let scheme = |name: &String| {
        let scheme = &description["components"]["securitySchemes"][name];
        match (scheme["type"].as_str(), scheme["in"].as_str(), scheme["name"].as_str()) {
            // The names of headers are case-insensitive.
            (Some("apiKey"), Some(location), Some(name)) => {
                format!("{location} {}", name.to_ascii_lowercase())
            }
            _ => name.clone(),
        }
    };
    // The list of an operation replaces that of the document, even if it is empty.
    let holder = if operation.get("security").is_some() { operation } else { description };
    let requirements: Vec<String> = list(holder, "security")
        .map(|requirement| {
            let schemes: Vec<String> =
                requirement.as_object().into_iter().flat_map(|names| names.keys().map(scheme)).collect();
            if schemes.is_empty() { "nothing".to_owned() } else { schemes.join(" with ") }
        })
        .collect();
    if requirements.is_empty() { "nothing".to_owned() } else { requirements.join(" or ") }
}

struct Offer<'p> {
    promised: &'p Places,
    places: Places,
}

impl Offer<'_> {
    fn add(&mut self, at: &str, text: impl ToString) {
        self.places.insert(at.to_owned(), text.to_string());
    }

    fn add_if_required(&mut self, at: &str, is_required: bool) {
        if is_required {
            self.add(&format!("{at} required"), true);
        }
    }

    fn add_parameters(&mut self, path_item: &Value, operation: &Value) {
        // A parameter of the operation replaces that of the path.
        let both = [path_item, operation].into_iter().flat_map(|holder| list(holder, "parameters"));
        let word = |parameter: &Value, key| parameter[key].as_str().unwrap_or("?").to_owned();
        let parameters: BTreeMap<_, _> = both.map(|p| ((word(p, "in"), word(p, "name")), p)).collect();
        for ((location, name), parameter) in parameters {
            let at = format!("parameter.{location}.{name}");
            let schema = alternatives(parameter.get("schema").unwrap_or(&Value::Null));
            if self.promised.contains_key(&at) {
                self.add_accepted(&at, &schema);
                if let Some(default) = schema.iter().find_map(|alternative| alternative.get("default")) {
                    self.add(&format!("{at} default"), default);
                }
            // utoipa marks the parameter or its schema, depending on how the parameter is declared.
            } else if !is_extension(parameter) && !has_mark(&schema) {
                self.add(&at, ADDITION);
            }
            self.add_if_required(&at, parameter["required"] == true);
        }
    }

    fn add_request(&mut self, body: &Value) {
        if !self.promised.contains_key("request") {
            return self.add("request", ADDITION);
        }
        self.add_if_required("request", body["required"] == true);
        if let Some((schema, media_type)) = self.add_contents("request", body) {
            let objects: Vec<_> =
                schema.into_iter().filter(|alternative| alternative.name() == "object").collect();
            self.add(
                "request",
                format!("{media_type}: {}", if objects.is_empty() { "no object" } else { "object" }),
            );
            for (keyword, value) in objects.iter().flat_map(Alternative::limits) {
                if !["properties", "required"].contains(&keyword) {
                    self.add(&format!("request {keyword}"), value);
                }
            }
            self.add_keys("request", &objects, true);
        }
    }

    fn add_response(&mut self, status: &str, response: &Value) {
        let mut at = format!("response.{status}");
        for (name, header) in entries(response, "headers") {
            if !is_extension(header) {
                self.add(&format!("{at}.header.{name}"), ADDITION);
            }
        }
        let is_promised = self.promised.contains_key(&at);
        let is_success = status.starts_with('2') && self.promised.contains_key("response.success");
        if is_success {
            self.add("response.success", PRESENT);
        }
        if is_promised || !is_error(status) {
            self.add(&at, if is_promised { PRESENT } else { ADDITION });
        }
        // The documentation does not describe the bodies of errors.
        if is_error(status) || !(is_promised || is_success) {
            return;
        }
        at.push_str(".body");
        if let Some((schema, media_type)) = self.add_contents(&at, response) {
            self.add(&at, format!("{media_type}: {}", notation(&schema)));
            self.add_keys(&at, &schema, false);
        }
    }

    /// Returns the schema and media type of the promised content, and adds content that is neither promised nor an
    /// extension.
    fn add_contents<'v>(&mut self, at: &str, body: &'v Value) -> Option<(Vec<Alternative>, &'v str)> {
        let promised = self.promised.get(at).and_then(|text| text.split_once(": "));
        let mut found = None;
        for (media_type, content) in entries(body, "content") {
            match content.get("schema") {
                Some(schema) if promised.is_some_and(|(promised, _)| promised == media_type) => {
                    found = Some((alternatives(schema), media_type.as_str()));
                }
                _ if is_extension(content) => {}
                _ => self.add(&format!("{at}.{media_type}"), ADDITION),
            }
        }
        found
    }

    /// Adds the keys of an object.
    fn add_keys(&mut self, at: &str, object: &[Alternative], is_request: bool) {
        let forms: Vec<_> = object.iter().filter(|alternative| alternative.name() == "object").collect();
        let is_open =
            |form: &&Alternative| form.get("additionalProperties").is_some_and(|others| others != false);
        if !is_request && forms.iter().any(is_open) {
            self.add(&format!("{at} additionalProperties"), true);
        }
        let keys: BTreeSet<&str> = forms.iter().flat_map(|form| form.keys()).collect();
        for key in keys {
            let at = format!("{at}.{key}");
            let schemas: Option<Vec<_>> = forms.iter().map(|form| form.get("properties")?.get(key)).collect();
            let schema: Option<Vec<_>> = schemas.map(|all| all.into_iter().flat_map(alternatives).collect());
            match (self.promised.contains_key(&at), schema) {
                (true, Some(schema)) if is_request => self.add_accepted(&at, &schema),
                (true, Some(schema)) => self.add_response_value(&at, &schema),
                // Some forms of the object do not have the key.
                (true, None) => continue,
                (false, Some(schema)) if has_mark(&schema) => {}
                (false, _) => self.add(&at, ADDITION),
            }
            let mut forms = forms.iter();
            let is_required = if is_request {
                forms.any(|form| form.requires(key))
            } else {
                forms.all(|form| form.requires(key))
            };
            self.add_if_required(&at, is_required);
        }
    }

    /// Adds the promised types that a schema accepts, and its limits on them. It may accept more.
    fn add_accepted(&mut self, at: &str, schema: &[Alternative]) {
        let mut accepted = Vec::new();
        let promised = self.promised.get(at).map_or("", String::as_str);
        for term in promised.split(" | ") {
            let (name, format) = term.split_once('<').unwrap_or((term, ""));
            let format = format.trim_end_matches('>');
            let has_type = |a: &&Alternative| a.name() == name || (a.name(), name) == ("number", "integer");
            let limits = |alternative: &Alternative| -> Vec<(String, String)> {
                let limits = alternative.limits().filter(|(word, value)| {
                    *word != "items" && (*word, *value) != ("format", &Value::from(format))
                });
                limits.map(|(word, value)| (format!("{at} {word}"), value.to_string())).collect()
            };
            // The most lenient alternative counts, because a value needs to satisfy only one.
            let accepting =
                schema.iter().filter(has_type).min_by_key(|alternative| limits(alternative).len());
            let Some(alternative) = accepting else { continue };
            self.places.extend(limits(alternative));
            if name == "array" {
                self.add_accepted(&format!("{at}[]"), &items(alternative));
            }
            accepted.push(if alternative.get("format").is_some_and(|own| own == format) {
                term
            } else {
                name
            });
        }
        self.add(at, if accepted.is_empty() { "nothing".to_owned() } else { accepted.join(" | ") });
    }

    fn add_response_value(&mut self, at: &str, schema: &[Alternative]) {
        self.add(at, notation(schema));
        let arrays: Vec<_> = schema.iter().filter(|alternative| alternative.name() == "array").collect();
        let limit = format!("{at} maxItems");
        if let Some(most) = self.promised.get(&limit).and_then(|most| most.parse::<u64>().ok()) {
            let limits: Option<Vec<u64>> =
                arrays.iter().map(|array| array.get("maxItems")?.as_u64()).collect();
            // A lower limit is as good.
            if let Some(own) = limits.and_then(|limits| limits.into_iter().max()) {
                self.add(&limit, own.max(most));
            }
        }
        let has_keys = |outer: &str| {
            let inside = |place: &String| place.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
            self.promised.keys().any(inside)
        };
        let inner = format!("{at}[]");
        if has_keys(&inner) {
            let items: Vec<_> = arrays.into_iter().flat_map(items).collect();
            self.add_keys(&inner, &items, false);
        } else if has_keys(at) {
            self.add_keys(at, schema, false);
        }
    }
}

/// Returns the schema of the items of an array.
fn items(array: &Alternative) -> Vec<Alternative> {
    alternatives(array.get("items").unwrap_or(&Value::Bool(true)))
}

/// Returns whether the schema, or a schema that it consists of, is marked as an extension.
fn has_mark(schema: &[Alternative]) -> bool {
    schema.iter().any(|alternative| alternative.get("x-extension") == Some(&Value::Bool(true)))
}
