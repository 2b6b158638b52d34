//! What the description offers to clients of the documentation.

use serde_json::Value;

use super::decided::ADDITION;
use super::description::{Description, Operation, entries, is_error, is_extension};
use super::documented::{self, Body, Documented, Keys, PRESENT, api_key};
use super::notation::{JsonType, Type};
use super::places::{Place, Places};
use super::schema::{Alternative, Schema};

/// The promised status of any success.
const SUCCESS: &str = "success";

/// Returns the places of the documented operations, and of operations that are neither documented nor extensions.
pub(super) fn places(description: Description<'_>, documented: &Documented) -> Places {
    let mut offer = Offer { description, places: Places::new() };
    for operation in description.operations() {
        let place = Place::operation(&operation.name);
        match documented.operations.get(&operation.name) {
            Some(promise) => offer.add_operation(&place, &operation, promise, documented),
            None if is_extension(operation.object) => {}
            None => offer.add(&place, ADDITION),
        }
    }
    offer.places
}

struct Offer<'d> {
    description: Description<'d>,
    places: Places,
}

impl<'d> Offer<'d> {
    fn add(&mut self, place: &Place, text: impl ToString) {
        self.places.insert(place.clone(), text.to_string());
    }

    fn add_if_required(&mut self, place: &Place, is_required: bool) {
        if is_required {
            self.add(&place.keyword("required"), true);
        }
    }

    fn add_operation(
        &mut self,
        place: &Place,
        operation: &Operation<'d>,
        promise: &documented::Operation,
        documented: &Documented,
    ) {
        self.add(place, PRESENT);
        self.add_security(&place.step("security"), operation);
        for parameter in operation.parameters(self.description) {
            self.add_parameter(&place.step("parameter"), parameter, promise);
        }
        if let Some(body) = operation.object.get("requestBody") {
            let (place, body) = (place.step("request"), self.description.follow(body));
            match &promise.request {
                Some(promise) => self.add_request(&place, body, promise, &documented.keys(promise)),
                None => self.add(&place, ADDITION),
            }
        }
        for (status, response) in operation.responses(self.description) {
            self.add_response(&place.step("response"), status, response, promise, documented);
        }
    }

    fn add_security(&mut self, place: &Place, operation: &Operation<'d>) {
        let schemes = self.description.at("/components/securitySchemes");
        let scheme = |name: &str| {
            let scheme = schemes.and_then(|schemes| schemes.get(name)).map(|s| self.description.follow(s));
            match scheme.map(|scheme| (&scheme["type"], &scheme["in"], &scheme["name"])) {
                Some((Value::String(kind), Value::String(location), Value::String(name)))
                    if kind == "apiKey" =>
                {
                    api_key(location, name)
                }
                _ => name.to_owned(),
            }
        };
        // The list of an operation replaces that of the document, even if it is empty.
        let requirements = operation.object.get("security").or_else(|| self.description.at("/security"));
        let requirements = requirements.and_then(Value::as_array).into_iter().flatten();
        let texts = requirements.map(|requirement| {
            let names: Vec<_> = entries(Some(requirement)).map(|(name, _)| scheme(name)).collect();
            if names.is_empty() { "nothing".to_owned() } else { names.join(" with ") }
        });
        let text = texts.collect::<Vec<_>>().join(" or ");
        self.add(place, if text.is_empty() { "nothing" } else { &text });
    }

    fn add_parameter(&mut self, place: &Place, parameter: &'d Value, promise: &documented::Operation) {
        let word = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or("?");
        let name = format!("{}.{}", word("in"), word("name"));
        let place = place.step(&name);
        let schema = parameter.get("schema").unwrap_or(&Value::Null);
        match promise.parameters.get(&name) {
            Some(promise) => {
                let read = self.description.schema(&[schema]);
                self.add_accepted(&place, &promise.accepts, &read);
                if let Some(default) =
                    schema.get("default").or_else(|| self.description.follow(schema).get("default"))
                {
                    self.add(&place.keyword("default"), default);
                }
            }
            // utoipa marks the parameter or its schema, depending on how the parameter is declared.
            None if is_extension(parameter) || is_extension(schema) => {}
            None => self.add(&place, ADDITION),
        }
        self.add_if_required(&place, parameter.get("required") == Some(&Value::Bool(true)));
    }

    fn add_request(&mut self, place: &Place, body: &'d Value, promise: &Body, keys: &Keys) {
        self.add_if_required(place, body.get("required") == Some(&Value::Bool(true)));
        for (media_type, content) in entries(body.get("content")) {
            let content = self.description.follow(content);
            if *media_type == promise.media_type
                && let Some(schema) = content.get("schema")
            {
                let schema = self.description.schema(&[schema]);
                let is_object = schema.of(JsonType::Object).next().is_some();
                let body = if is_object { "object" } else { "no object" };
                self.add(place, format!("{media_type}: {body}"));
                for (keyword, value) in schema.of(JsonType::Object).flat_map(|object| &object.limits) {
                    self.add(&place.keyword(keyword), value);
                }
                self.add_request_keys(place, keys, &schema);
            } else if !is_extension(content) {
                self.add(&place.step(media_type), ADDITION);
            }
        }
    }

    fn add_request_keys(&mut self, place: &Place, keys: &Keys, body: &Schema<'d>) {
        for key in body.keys() {
            let (place, schema) = (place.step(key), body.property(self.description, key));
            match (keys.get(key), schema) {
                (Some(promise), Some(schema)) => self.add_accepted(&place, &promise.json, &schema),
                // A key that some forms of the object do not have.
                (Some(_), None) => continue,
                (None, Some(schema)) if schema.is_extension => {}
                (None, _) => self.add(&place, ADDITION),
            }
            self.add_if_required(&place, body.of(JsonType::Object).any(|o| o.required.contains(key)));
        }
    }

    /// Adds the promised types that a schema accepts, and its limits on them. It may accept more.
    fn add_accepted(&mut self, place: &Place, promised: &Type, schema: &Schema<'d>) {
        let mut accepted = Vec::new();
        for term in &promised.0 {
            let accepting = schema.alternatives.iter().filter(|a| a.json.meet(term.json) == Some(term.json));
            let limits = |alternative: &Alternative<'d>| alternative.limits_beyond(term);
            // The most lenient alternative counts, because a value needs to satisfy only one.
            let Some(alternative) = accepting.min_by_key(|alternative| limits(alternative).len()) else {
                continue;
            };
            for (keyword, value) in limits(alternative) {
                self.add(&place.keyword(keyword), value);
            }
            let mut term = term.clone();
            term.format = term.format.filter(|format| alternative.formats.contains(format.as_str()));
            if let Some(items) = &term.items {
                let schema = self.description.schema(&alternative.items);
                self.add_accepted(&place.items(), items, &schema);
            }
            accepted.push(term);
        }
        self.add(place, Type(accepted).outer());
    }

    fn add_response(
        &mut self,
        place: &Place,
        status: &str,
        response: &'d Value,
        promise: &documented::Operation,
        documented: &Documented,
    ) {
        let promised = promise.responses.get(status);
        let success = promise.responses.get(SUCCESS).filter(|_| status.starts_with('2'));
        if success.is_some() {
            self.add(&place.step(SUCCESS), PRESENT);
        }
        let place = place.step(status);
        for (name, header) in entries(response.get("headers")) {
            if !is_extension(self.description.follow(header)) {
                self.add(&place.step("header").step(name), ADDITION);
            }
        }
        match promised {
            Some(_) => self.add(&place, PRESENT),
            None if is_error(status) => {}
            None => self.add(&place, ADDITION),
        }
        // The documentation does not describe the bodies of errors.
        let Some(promise) = promised.or(success).filter(|_| !is_error(status)) else { return };
        for (media_type, content) in entries(response.get("content")) {
            let (place, content) = (place.step("body"), self.description.follow(content));
            match (&promise.body, content.get("schema")) {
                (Some(body), Some(schema)) if body.media_type == *media_type => {
                    let schema = self.description.schema(&[schema]);
                    self.add(&place, format!("{media_type}: {}", schema.notation(self.description)));
                    self.add_keys(&place, &documented.keys(body), &schema);
                }
                _ if is_extension(content) => {}
                _ => self.add(&place.step(media_type), ADDITION),
            }
        }
    }

    /// Adds the keys of an object in a response.
    fn add_keys(&mut self, place: &Place, keys: &Keys, object: &Schema<'d>) {
        if object.of(JsonType::Object).any(|object| object.is_open) {
            self.add(&place.keyword("additionalProperties"), true);
        }
        for key in object.keys() {
            let (place, schema) = (place.step(key), object.property(self.description, key));
            match (keys.get(key), schema) {
                (Some(promise), Some(schema)) => self.add_response_value(&place, promise, &schema),
                // A key that some forms of the object do not have.
                (Some(_), None) => continue,
                (None, Some(schema)) if schema.is_extension => {}
                (None, _) => self.add(&place, ADDITION),
            }
            let is_required = object.of(JsonType::Object).all(|object| object.required.contains(key));
            self.add_if_required(&place, is_required);
        }
    }

    fn add_response_value(&mut self, place: &Place, promise: &documented::Key, schema: &Schema<'d>) {
        self.add(place, schema.notation(self.description));
        let arrays = || schema.of(JsonType::Array);
        if let Some(most) = promise.at_most {
            let limits: Option<Vec<u64>> =
                arrays().map(|array| array.limits.get("maxItems")?.as_u64()).collect();
            // A lower limit is as good.
            if let Some(limit) = limits.and_then(|limits| limits.into_iter().max()) {
                self.add(&place.keyword("maxItems"), limit.max(most));
            }
        }
        if promise.keys.is_empty() {
            return;
        }
        if arrays().next().is_some() {
            let items = arrays().map(|array| self.description.schema(&array.items));
            let items = items.fold(Schema::default(), Schema::join);
            self.add_keys(&place.items(), &promise.keys, &items);
        } else {
            self.add_keys(place, &promise.keys, schema);
        }
    }
}
