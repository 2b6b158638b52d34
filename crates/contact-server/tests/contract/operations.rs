//! Every operation of the API description, with a request that it takes. Tests that walk them hold
//! for operations that are yet to come.

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
    /// True if the public documentation lacks it.
    pub(crate) is_extension: bool,
    /// The names of its query parameters.
    pub(crate) query: Vec<String>,
}

/// What paths name beside contacts, and the problem where there is no such thing.
const NAMED: [(&str, ProblemType); 3] = [
    ("{custom_field_id}", ProblemType::CustomFieldNotFound),
    ("{api_key_id}", ProblemType::ApiKeyNotFound),
    ("{agent_id}", ProblemType::AgentNotFound),
];

/// Every operation that the API description has.
pub(crate) fn all() -> Vec<Operation> {
    let document = serde_json::to_value(contact_server::openapi::document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let query = parameters.iter().filter(|parameter| parameter["in"] == "query");
            operations.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                is_extension: operation["tags"] == json!(["Extensions"]),
                query: query.filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned).collect(),
            });
        }
    }
    // Who walks over them needs the contact until the end, and after it.
    operations
        .sort_by_key(|operation| ["delete_contact", "restore_contact"].contains(&operation.id.as_str()));
    assert!(operations.len() >= 10, "the description has lost operations: {operations:#?}");
    operations
}

impl Operation {
    /// True where its path names one contact.
    pub(crate) fn is_of_contact(&self) -> bool {
        self.path.contains("{contact_id}")
    }

    /// True where a read key may not use it.
    pub(crate) fn writes(&self) -> bool {
        self.method != Method::GET
    }

    /// True where it needs a key with admin access.
    pub(crate) fn needs_admin(&self) -> bool {
        self.path.starts_with("/api-keys/") || self.path.starts_with("/custom-fields/") && self.writes()
    }

    /// How it answers where its path names something else than a contact: in a path of
    /// [`Operation::path_for`] that never was, so that a request can be sent again and again.
    pub(crate) fn unknown_path(&self) -> Option<ProblemType> {
        let found = NAMED.iter().find(|(parameter, _)| self.path.contains(parameter));
        found.map(|&(_, problem)| problem)
    }

    /// Returns true if the response is the expected one to a request of [`Operation::send`].
    pub(crate) fn is_answered_by(&self, response: &TestResponse) -> bool {
        match self.unknown_path() {
            Some(problem) => response.problem(problem).problem_type() == Some(problem),
            // It may have been sent before.
            None if self.id == "delete_contact" && response.status == 404 => {
                response.problem(ProblemType::ContactNotFound);
                true
            }
            None => matches!(response.status, 200 | 201 | 204),
        }
    }

    /// Its path for a contact, or for what never was.
    pub(crate) fn path_for(&self, contact: impl std::fmt::Display) -> String {
        let path = self.path.replace("{contact_id}", &contact.to_string());
        let path = path.replace("{tag}", "newsletter");
        let path = NAMED.iter().fold(path, |path, (parameter, _)| path.replace(parameter, UNKNOWN_ID));
        assert!(!path.contains('{'), "no test knows what to put into {}", self.path);
        path
    }

    /// A body that it takes, with an agent of the company that sends it.
    pub(crate) fn body(&self, agent: AgentId) -> Option<Value> {
        match self.id.as_str() {
            "get_contact" | "list_threads" | "list_custom_fields" | "delete_custom_field" => None,
            "list_api_keys" | "revoke_api_key" | "list_agents" | "delete_agent" | "describe_caller" => None,
            "list_contacts" | "list_tags" | "delete_contact" | "restore_contact" | "remove_tag" => None,
            "add_tags" => Some(json!({ "tags": ["newsletter"] })),
            "rename_tag" => Some(json!({ "name": "subscriber" })),
            "update_agent" => Some(json!({ "name": "Night desk", "active": false })),
            "create_api_key" => Some(json!({ "name": "reporting", "access": "read" })),
            "create_contact" => Some(json!({ "full_name": "jane doe", "email": "jane@example.com" })),
            "write_batch" => Some(json!({ "items": [{ "op": "upsert", "full_name": "jane doe" }] })),
            "update_contact" => Some(json!({ "notes": "Called today" })),
            "set_active_agent" => Some(json!({ "agent_id": agent })),
            "record_thread" => Some(json!({
                "agent_id": agent, "type": "call", "status": "completed", "direction": "inbound",
            })),
            "create_agent" => Some(json!({ "name": "Front desk" })),
            // Another name each time: one that is taken is refused.
            "create_custom_field" | "rename_custom_field" => {
                Some(json!({ "name": format!("Field {:x}", rand::random::<u64>()) }))
            }
            unknown => panic!(
                "no test knows the operation `{unknown}`: add a body here, and its keys, tenancy, paths and \
                 request ids are held to the contract"
            ),
        }
    }

    /// A request that it takes.
    pub(crate) fn request(&self, company: &TestCompany, path: &str, agent: AgentId) -> RequestBuilder {
        let request = company.request(self.method.clone(), path);
        match self.body(agent) {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// Sends a request that it takes.
    pub(crate) async fn send(
        &self,
        company: &TestCompany,
        contact: ContactId,
        agent: AgentId,
    ) -> TestResponse {
        company.send(self.request(company, &self.path_for(contact), agent)).await
    }
}
