//! The description for generators of clients. It describes what a client gets that sends `Prefer: return=receipt` with
//! every write of a contact, and it accepts only the types that such a client should send. A client that follows it also
//! follows the full description.

use std::collections::BTreeSet;

use contact_model::receipt::MEDIA_TYPE;
use serde_json::{Value, json};

/// The first paragraph of the introduction.
const ABOUT: &str = "This description is for generators of clients. It is derived from `openapi.yaml`, and describes \
                     what a client gets that sends `Prefer: return=receipt` with every write of a contact.";

/// The parts of descriptions that do not apply to a client that always asks for a receipt.
const CONDITIONS: [&str; 2] =
    [" The response has no body, unless `Prefer: return` asks for one.", ", if `Prefer: return` asks for it"];

/// Narrows the full description to the one for generators.
pub(super) fn narrow(mut description: Value) -> Value {
    let full = description.clone();
    if let Some(Value::String(text)) = description.pointer_mut("/info/description") {
        text.insert_str(0, &format!("{ABOUT}\n\n"));
    }
    for path in members(description.get_mut("paths")) {
        members(Some(path)).for_each(|operation| require_receipt(operation, &full));
    }
    members(description.pointer_mut("/components/responses")).for_each(keep_receipt);
    for body in ["ContactCreate", "ContactUpdate"] {
        let properties = description.pointer_mut(&format!("/components/schemas/{body}/properties"));
        let Some(properties) = properties else { continue };
        replace_type(&mut properties["is_dnd"], &json!({ "type": "boolean" }));
        replace_type(&mut properties["lead_source"], &json!({ "$ref": "#/components/schemas/LeadSource" }));
    }
    remove_unused_components(&mut description);
    description
}

/// Requires the preference for an operation that can return a receipt, and removes the responses without a receipt.
fn require_receipt(operation: &mut Value, full: &Value) {
    let has_receipt = |response: &Value| resolve(full, response)["content"].get(MEDIA_TYPE).is_some();
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    if !responses.values().any(has_receipt) {
        return;
    }
    responses.retain(|status, response| !status.starts_with('2') || has_receipt(response));
    responses.values_mut().for_each(keep_receipt);
    for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
        if resolve(full, parameter)["name"] == "Prefer" {
            *parameter = prefer_receipt();
        }
    }
}

/// Removes the bodies without a receipt from a response that can have a receipt.
fn keep_receipt(response: &mut Value) {
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else { return };
    if !content.contains_key(MEDIA_TYPE) {
        return;
    }
    content.retain(|media_type, _| media_type == MEDIA_TYPE);
    if let Value::String(text) = &mut response["description"] {
        *text = CONDITIONS.iter().fold(text.clone(), |text, condition| text.replace(condition, ""));
    }
}

/// Returns the header that such a client always sends.
fn prefer_receipt() -> Value {
    json!({
        "name": "Prefer",
        "in": "header",
        "description": "Asks for the contact and, field by field, what the write did.",
        "required": true,
        "schema": { "type": "string", "enum": ["return=receipt"], "default": "return=receipt" },
        "x-extension": true,
    })
}

/// Replaces the type of a property, but not its description.
fn replace_type(property: &mut Value, schema: &Value) {
    let mut replaced = schema.clone();
    replaced["description"] = property["description"].take();
    *property = replaced;
}

/// Removes the components that nothing refers to any more.
fn remove_unused_components(description: &mut Value) {
    let used = used_components(description);
    for (kind, components) in description["components"].as_object_mut().into_iter().flatten() {
        if kind != "securitySchemes"
            && let Some(components) = components.as_object_mut()
        {
            components.retain(|name, _| used.contains(&format!("#/components/{kind}/{name}")));
        }
    }
}

/// Returns the references to components in the operations and webhooks, and in the components that they lead to.
fn used_components(description: &Value) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for part in ["paths", "webhooks"] {
        collect_references(&description[part], description, &mut used);
    }
    used
}

/// Collects the references in a value, and in the components that they lead to.
fn collect_references(value: &Value, description: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.starts_with("#/components/") && used.insert(text.clone()) => {
            let component = description.pointer(text.trim_start_matches('#'));
            component.into_iter().for_each(|component| collect_references(component, description, used));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, description, used)),
        Value::Object(object) => {
            object.values().for_each(|value| collect_references(value, description, used));
        }
        _ => {}
    }
}

/// Returns a part of the description, or the component that it refers to.
fn resolve<'d>(description: &'d Value, part: &'d Value) -> &'d Value {
    let target = part.get("$ref").and_then(Value::as_str);
    target.and_then(|target| description.pointer(target.trim_start_matches('#'))).unwrap_or(part)
}

/// Returns the values of an object.
fn members(object: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    object.and_then(Value::as_object_mut).into_iter().flat_map(|object| object.values_mut())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::{document, text};

    fn full() -> Value {
        text::to_value(&document()).unwrap()
    }

    fn operation<'d>(description: &'d Value, method: &str, path: &str) -> &'d Value {
        &description["paths"][path][method]
    }

    #[test]
    fn every_success_of_a_create_is_a_receipt() {
        let narrowed = narrow(full());
        let create = operation(&narrowed, "post", "/contacts/");
        for status in ["200", "201"] {
            let response = resolve(&narrowed, &create["responses"][status]);
            let content = response["content"].as_object().unwrap();
            assert_eq!(content.keys().collect::<Vec<_>>(), [MEDIA_TYPE]);
            assert!(!response["description"].to_string().contains("Prefer"));
        }
        let prefer = create["parameters"].as_array().unwrap().iter().find(|p| p["name"] == "Prefer").unwrap();
        assert_eq!(
            (&prefer["required"], &prefer["schema"]["enum"]),
            (&json!(true), &json!(["return=receipt"]))
        );
    }

    #[test]
    fn a_deletion_returns_the_contact_as_it_was() {
        let narrowed = narrow(full());
        let delete = operation(&narrowed, "delete", "/contacts/{contact_id}/");
        let successes =
            delete["responses"].as_object().unwrap().keys().filter(|status| status.starts_with('2'));
        assert_eq!(successes.collect::<Vec<_>>(), ["200"]);
    }

    #[test]
    fn bodies_have_one_type_for_each_key() {
        let narrowed = narrow(full());
        let create = &narrowed["components"]["schemas"]["ContactCreate"]["properties"];
        assert_eq!(create["is_dnd"]["type"], "boolean");
        assert_eq!(create["lead_source"]["$ref"], "#/components/schemas/LeadSource");
        assert!(create["is_dnd"]["description"].is_string());
    }

    #[test]
    fn operations_without_receipts_are_unchanged() {
        let full = full();
        let narrowed = narrow(full.clone());
        for (method, path) in [("get", "/contacts/"), ("post", "/agents/"), ("patch", "/tags/{tag}/")] {
            assert_eq!(operation(&narrowed, method, path), operation(&full, method, path), "{method} {path}");
        }
        let ids = |description: &Value| description["paths"].to_string().matches("operationId").count();
        assert_eq!(ids(&narrowed), ids(&full));
    }

    #[test]
    fn every_reference_leads_to_a_component_and_every_component_is_used() {
        for description in [full(), narrow(full())] {
            let used = used_components(&description);
            let mut unused = description.clone();
            remove_unused_components(&mut unused);
            assert!(unused == description, "a component is not used");
            for reference in used {
                assert!(description.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
            }
        }
    }
}
