//! What the description offers to clients of the documentation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::description::{self, entries, is_error, is_extension, list};
use super::places::{ADDITION, PRESENT, Places, join};
use super::schema::{alternatives, limits, notation};

/// Returns the places of the documented operations, and of operations that are neither documented nor extensions.
pub(super) fn operations(description: &Value, promised: &Places) -> Places {
    let mut offer = Offer { promised, places: Places::new() };
    for (name, path_item, operation) in description::operations(description) {
        if promised.contains_key(&name) {
            offer.add(&name, PRESENT);
            offer.add(&format!("{name} security"), security(description, operation));
            offer.add_parameters(&name, path_item, operation);
            if let Some(body) = operation.get("requestBody") {
                offer.add_request(&format!("{name} request"), body);
            }
            for (status, response) in entries(operation, "responses") {
                offer.add_response(&name, status, response);
            }
        } else if !is_extension(operation) {
            offer.add(&name, ADDITION);
        }
    }
    offer.places
}

/// Returns the schemes that an operation requires, as in `header authorization or nothing`.
fn security(description: &Value, operation: &Value) -> String {
    let scheme = |name: &String| {
        let scheme = &description["components"]["securitySchemes"][name];
        match (scheme["type"].as_str(), scheme["in"].as_str(), scheme["name"].as_str()) {
            // The names of headers are case-insensitive.
            (Some("apiKey"), Some(place), Some(name)) => format!("{place} {}", name.to_ascii_lowercase()),
            _ => name.clone(),
        }
    };
    let requirement = |schemes: &Value| {
        let schemes = schemes.as_object().into_iter().flatten();
        join(schemes.map(|(name, _)| scheme(name)), " with ")
    };
    // The list of an operation replaces that of the document, even if it is empty.
    let holder = if operation.get("security").is_some() { operation } else { description };
    join(list(holder, "security").map(requirement), " or ")
}

/// Collects the places of the operations.
struct Offer<'p> {
    promised: &'p Places,
    places: Places,
}

impl Offer<'_> {
    fn add(&mut self, at: &str, text: impl ToString) {
        self.places.insert(at.to_owned(), text.to_string());
    }

    fn add_if(&mut self, condition: bool, at: &str, text: impl ToString) {
        if condition {
            self.add(at, text);
        }
    }

    fn add_parameters(&mut self, name: &str, path_item: &Value, operation: &Value) {
        let word = |parameter: &Value, key| parameter[key].as_str().unwrap_or("?").to_owned();
        let at =
            |parameter| format!("{name} parameter.{}.{}", word(parameter, "in"), word(parameter, "name"));
        // A parameter of the operation replaces that of the path.
        let both = list(path_item, "parameters").chain(list(operation, "parameters"));
        for (at, parameter) in both.map(|parameter| (at(parameter), parameter)).collect::<BTreeMap<_, _>>() {
            let schema = alternatives(&parameter["schema"]);
            let default = schema.iter().find_map(|alternative| alternative.get("default"));
            if self.promised.contains_key(&at) {
                self.add_accepted(&at, &schema);
                default.into_iter().for_each(|default| self.add(&format!("{at} default"), default));
            // utoipa marks the parameter or its schema, depending on how the parameter is declared.
            } else if !is_extension(parameter) && !schema.iter().any(is_extension) {
                self.add(&at, ADDITION);
            }
            self.add_if(parameter["required"] == true, &format!("{at} required"), true);
        }
    }

    fn add_request(&mut self, at: &str, body: &Value) {
        if !self.promised.contains_key(at) {
            return self.add(at, ADDITION);
        }
        self.add_if(body["required"] == true, &format!("{at} required"), true);
        if let Some((media_type, schema)) = self.add_contents(at, body) {
            let objects = of(&schema, "object");
            let kind = if objects.is_empty() { "no object" } else { "object" };
            self.add(at, format!("{media_type}: {kind}"));
            for (keyword, value) in objects.iter().flat_map(|object| limits(object, "properties required")) {
                self.add(&format!("{at} {keyword}"), value);
            }
            self.add_keys(at, &schema, true);
        }
    }

    fn add_response(&mut self, name: &str, status: &str, response: &Value) {
        let (at, success) = (format!("{name} response.{status}"), format!("{name} response.success"));
        let headers = entries(response, "headers").filter(|(_, header)| !is_extension(header));
        headers.for_each(|(name, _)| self.add(&format!("{at}.header.{name}"), ADDITION));
        let is_promised = self.promised.contains_key(&at);
        let is_success = status.starts_with('2') && self.promised.contains_key(&success);
        self.add_if(is_success, &success, PRESENT);
        self.add_if(!is_error(status), &at, ADDITION);
        self.add_if(is_promised, &at, PRESENT);
        // The documentation does not describe the bodies of errors.
        if (is_promised || is_success) && !is_error(status) {
            let at = format!("{at}.body");
            if let Some((media_type, schema)) = self.add_contents(&at, response) {
                self.add(&at, format!("{media_type}: {}", notation(&schema)));
                self.add_keys(&at, &schema, false);
            }
        }
    }

    /// Returns the promised media type and its schema, and adds contents that are neither promised nor extensions.
    fn add_contents<'v>(&mut self, at: &str, body: &'v Value) -> Option<(&'v str, Vec<Value>)> {
        let promised = self.promised.get(at).and_then(|text| Some(text.split_once(": ")?.0));
        let mut found = None;
        for (media_type, content) in entries(body, "content") {
            if promised == Some(media_type) && content.get("schema").is_some() {
                found = Some((media_type.as_str(), alternatives(&content["schema"])));
            } else if !is_extension(content) {
                self.add(&format!("{at}.{media_type}"), ADDITION);
            }
        }
        found
    }

    /// Adds the keys of an object, including those that are only required.
    fn add_keys(&mut self, at: &str, schema: &[Value], is_request: bool) {
        let forms = of(schema, "object");
        let is_open = |form: &&Value| form.get("additionalProperties").is_some_and(|others| others != false);
        let is_open = !is_request && forms.iter().any(is_open);
        self.add_if(is_open, &format!("{at} additionalProperties"), true);
        let properties =
            forms.iter().flat_map(|form| entries(form, "properties")).map(|(key, _)| key.as_str());
        let required = forms.iter().flat_map(|form| list(form, "required")).filter_map(Value::as_str);
        for key in properties.chain(required).collect::<BTreeSet<_>>() {
            let at = format!("{at}.{key}");
            // A key that some forms of the object lack admits nothing, so that it differs from every promise.
            let schemas: Option<Vec<_>> = forms.iter().map(|form| form.get("properties")?.get(key)).collect();
            let schema: Vec<_> = schemas.into_iter().flatten().flat_map(alternatives).collect();
            match self.promised.contains_key(&at) {
                true if is_request => self.add_accepted(&at, &schema),
                true => self.add_response_value(&at, &schema),
                false if schema.iter().any(is_extension) => {}
                false => self.add(&at, ADDITION),
            }
            let requires = |form: &&Value| list(form, "required").any(|required| required == key);
            let is_required =
                if is_request { forms.iter().any(requires) } else { forms.iter().all(requires) };
            self.add_if(is_required, &format!("{at} required"), true);
        }
    }

    /// Adds the promised types that a schema accepts, and its limits on them. It may accept more.
    fn add_accepted(&mut self, at: &str, schema: &[Value]) {
        let mut accepted = Vec::new();
        for term in self.promised.get(at).into_iter().flat_map(|types| types.split(" | ")) {
            let (name, format) = term.split_once('<').unwrap_or((term, ""));
            let format = Value::from(format.trim_end_matches('>'));
            let limits = |alternative| -> Places {
                let limits = limits(alternative, "items").filter(|limit| *limit != ("format", &format));
                limits.map(|(keyword, value)| (format!("{at} {keyword}"), value.to_string())).collect()
            };
            let admits = |a: &&Value| a["type"] == name || (name == "integer" && a["type"] == "number");
            // The most lenient alternative counts, because a value needs to satisfy only one.
            let most_lenient = schema.iter().filter(admits).min_by_key(|a| limits(a).len());
            let Some(alternative) = most_lenient else { continue };
            self.places.extend(limits(alternative));
            if name == "array" {
                self.add_accepted(&format!("{at}[]"), &items(alternative));
            }
            let has_format = alternative.get("format") == Some(&format);
            accepted.push(if has_format { term } else { name }.to_owned());
        }
        self.add(at, join(accepted, " | "));
    }

    fn add_response_value(&mut self, at: &str, schema: &[Value]) {
        self.add(at, notation(schema));
        let arrays = of(schema, "array");
        let limit = format!("{at} maxItems");
        if let Some(most) = self.promised.get(&limit) {
            // A lower limit is as good.
            let is_within = |own: u64| most.parse().is_ok_and(|most: u64| own <= most);
            let is_met = |array: &&Value| array["maxItems"].as_u64().is_some_and(is_within);
            let broken = arrays.iter().find(|array| !is_met(array));
            self.add(&limit, broken.map_or_else(|| most.clone(), |array| array["maxItems"].to_string()));
        }
        self.add_keys(at, schema, false);
        self.add_keys(&format!("{at}[]"), &arrays.into_iter().flat_map(items).collect::<Vec<_>>(), false);
    }
}

/// Returns the alternatives of a type.
fn of<'s>(schema: &'s [Value], name: &str) -> Vec<&'s Value> {
    schema.iter().filter(|alternative| alternative["type"] == name).collect()
}

/// Returns the schema of the items of an array.
fn items(array: &Value) -> Vec<Value> {
    alternatives(&array["items"])
}
