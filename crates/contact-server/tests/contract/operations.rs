//! Every operation of the API description, with a valid request. Tests that iterate over them also cover
//! operations that are added later.

use contact_model::{AgentId, ContactId, ProblemType};
use contact_testing::{TestCompany, TestResponse};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::fixture::UNKNOWN_ID;

/// An operation of the API description.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: String,
    /// Its method.
    pub(crate) method: Method,
    /// Its path, with parameters in braces.
    pub(crate) path: String,
    /// True if the public documentation does not contain it.
    pub(crate) is_extension: bool,
    /// The names of its query parameters.
    pub(crate) query: Vec<String>,
    has_body: bool,
}

/// Path parameters other than the contact, and the problem if no such object exists.
const PARAMETERS: [(&str, ProblemType); 4] = [
    ("{custom_field_id}", ProblemType::CustomFieldNotFound),
    ("{api_key_id}", ProblemType::ApiKeyNotFound),
    ("{agent_id}", ProblemType::AgentNotFound),
    ("{webhook_id}", ProblemType::WebhookNotFound),
];

/// Returns every operation of the API description.
pub(crate) fn all() -> Vec<Operation> {
    let document = serde_json::to_value(contact_server::description::document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let parameters = parameters.iter().map(|parameter| resolved(&document, parameter));
            let query = parameters.filter(|parameter| parameter["in"] == "query");
            operations.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                is_extension: operation["x-extension"] == true,
                query: query.filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned).collect(),
                has_body: !operation["requestBody"].is_null(),
            });
        }
    }
    // Callers use one contact for all operations, so it is deleted and restored last.
    operations
        .sort_by_key(|operation| ["delete_contact", "restore_contact"].contains(&operation.id.as_str()));
    assert!(operations.len() >= 10, "the description has lost operations: {operations:#?}");
    operations
}

/// Returns a part of the API description, or the component that it refers to.
pub(crate) fn resolved<'d>(document: &'d Value, part: &'d Value) -> &'d Value {
    match part["$ref"].as_str() {
        Some(target) => document.pointer(target.trim_start_matches('#')).expect("the component exists"),
        None => part,
    }
}

impl Operation {
    /// Returns true if its path contains the ID of a contact.
    pub(crate) fn has_contact_id(&self) -> bool {
        self.path.contains("{contact_id}")
    }

    /// Returns true if a read key may not use it.
    pub(crate) fn writes(&self) -> bool {
        self.method != Method::GET
    }

    /// Returns true if it needs a key with admin access.
    pub(crate) fn needs_admin(&self) -> bool {
        self.path.starts_with("/api-keys/")
            || self.path.starts_with("/webhooks/")
            || self.path.starts_with("/custom-fields/") && self.writes()
    }

    /// Returns the problem of a request to [`Operation::path_for`], whose path contains an unknown ID unless the
    /// operation is about a contact. Therefore such a request can be sent any number of times.
    pub(crate) fn expected_problem(&self) -> Option<ProblemType> {
        let found = PARAMETERS.iter().find(|(parameter, _)| self.path.contains(parameter));
        found.map(|&(_, problem)| problem)
    }

    /// Returns true if the response is the expected one to a request of [`Operation::send`].
    pub(crate) fn expects(&self, response: &TestResponse) -> bool {
        match self.expected_problem() {
            Some(problem) => response.problem(problem).problem_type() == Some(problem),
            // The contact may have been deleted before.
            None if self.id == "delete_contact" && response.status == 404 => {
                response.problem(ProblemType::ContactNotFound);
                true
            }
            None => matches!(response.status, 200 | 201 | 204),
        }
    }

    /// Returns its path for a contact, with an unknown ID for all other parameters.
    pub(crate) fn path_for(&self, contact: impl std::fmt::Display) -> String {
        let path = self.path.replace("{contact_id}", &contact.to_string());
        let path = path.replace("{tag}", "newsletter");
        let path = PARAMETERS.iter().fold(path, |path, (parameter, _)| path.replace(parameter, UNKNOWN_ID));
        assert!(!path.contains('{'), "no test has a value for the parameter of {}", self.path);
        path
    }

    /// Returns a valid body, with an agent of the company from `agent_with_contact`.
    pub(crate) fn body(&self, agent: AgentId) -> Option<Value> {
        match self.id.as_str() {
            _ if !self.has_body => None,
            "add_tags" => Some(json!({ "tags": ["newsletter"] })),
            "rename_tag" => Some(json!({ "name": "subscriber" })),
            "update_agent" => Some(json!({ "name": "Night desk", "active": false })),
            "create_api_key" => Some(json!({ "name": "reporting", "access": "read" })),
            "create_contact" => Some(json!({ "full_name": "jane doe", "email": "jane@example.com" })),
            "write_batch" => Some(json!({ "items": [{ "op": "upsert", "full_name": "jane doe" }] })),
            "update_contact" => Some(json!({ "notes": "Called today" })),
            "set_active_agent" => Some(json!({ "agent_id": agent })),
            // The contact that `agent_with_contact` created.
            "merge_contacts" => Some(json!({ "from": agent })),
            "record_thread" => Some(json!({
                "agent_id": agent, "type": "call", "status": "completed", "direction": "inbound",
            })),
            "create_webhook" => Some(json!({ "url": "https://example.com/contacts", "active": false })),
            "update_webhook" => Some(json!({ "active": false })),
            "replay_webhook" => Some(json!({ "from": 1 })),
            "resend_webhook_change" => Some(json!({ "sequence": 1 })),
            "create_agent" => Some(json!({ "name": "Front desk" })),
            "revert_changes" => Some(json!({ "operation_id": "import/7" })),
            // A different name each time, because a name cannot be defined twice.
            "create_custom_field" | "rename_custom_field" => {
                Some(json!({ "name": format!("Field {:x}", rand::random::<u64>()) }))
            }
            unknown => panic!(
                "the operation `{unknown}` has no body here: add one, so that the tests of keys, tenancy, paths and \
                 request ids cover the operation"
            ),
        }
    }

    /// Returns a valid request.
    pub(crate) fn request(&self, company: &TestCompany, path: &str, agent: AgentId) -> RequestBuilder {
        let request = company.request(self.method.clone(), path);
        match self.body(agent) {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// Sends a valid request.
    pub(crate) async fn send(
        &self,
        company: &TestCompany,
        contact: ContactId,
        agent: AgentId,
    ) -> TestResponse {
        company.send(self.request(company, &self.path_for(contact), agent)).await
    }
}
