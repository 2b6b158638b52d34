//! The capabilities of a server beyond the three documented operations and one key.

use reqwest::Method;
use serde_json::{Value, json};

use crate::created::Created;
use crate::need::Need;
use crate::response::Response;
use crate::target::{Request, Target};
use crate::variables::word;

/// The capabilities that cases may need. They are detected before the first case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Capabilities {
    pub(crate) new_contacts: bool,
    pub(crate) include: bool,
    pub(crate) custom_field: Option<String>,
    pub(crate) admin: bool,
    pub(crate) agents: bool,
    pub(crate) united_states: bool,
    pub(crate) other_company: bool,
}

/// The query of a GET that requests the optional keys.
pub(crate) const INCLUDE: &str = "?include=first_name,last_name,custom_fields,updated_at";

impl Capabilities {
    pub(crate) fn has(&self, need: Need) -> bool {
        match need {
            Need::NewContacts => self.new_contacts,
            Need::Include => self.include,
            Need::CustomField => self.custom_field.is_some(),
            Need::Admin => self.admin,
            Need::Agents => self.agents,
            Need::UnitedStates => self.united_states,
            Need::OtherCompany => self.other_company,
        }
    }

    /// Returns the query of a GET that requests all keys that the server knows.
    pub(crate) fn query(&self) -> &'static str {
        if self.include { INCLUDE } else { "" }
    }

    /// Detects the capabilities of the server with an existing contact.
    pub(crate) async fn detect(&mut self, target: &Target, contact: &str, created: &mut Created) {
        let shown = get(target, &format!("{contact}{INCLUDE}")).await;
        self.include = shown.is_some_and(|contact| contact.get("first_name").is_some());
        self.agents = get(target, "/agents/").await.is_some_and(|list| list["results"].is_array());
        self.admin = get(target, "/api-keys/").await.is_some_and(|list| list["results"].is_array());
        // Without optional keys, custom fields cannot be read.
        if self.include && self.custom_field.is_none() {
            self.custom_field = custom_field(target, created).await;
        }
    }
}

/// Creates a custom field if the key may do that. Otherwise returns one of the company.
async fn custom_field(target: &Target, created: &mut Created) -> Option<String> {
    let name = format!("Conformance {}", word());
    let request = request(Method::POST, "/custom-fields/", Some(json!({ "name": name })));
    if let Ok(response) = target.send(&request).await
        && response.status == 201
    {
        created.note(&request, &response);
        return Some(name);
    }
    let list = get(target, "/custom-fields/").await?;
    let takes_anything = list["results"].as_array()?.iter().find(|field| field["type"] == "any")?;
    takes_anything["name"].as_str().map(str::to_owned)
}

/// Returns the JSON of a response with the status 200.
async fn get(target: &Target, path: &str) -> Option<Value> {
    let response: Response = target.send(&request(Method::GET, path, None)).await.ok()?;
    response.json().ok().filter(|_| response.status == 200)
}

/// Creates a request with the key.
pub(crate) fn request(method: Method, path: &str, body: Option<Value>) -> Request {
    Request {
        method,
        path: path.to_owned(),
        authorization: "{key}".to_owned(),
        headers: Vec::new(),
        body: body.map(|body| body.to_string()),
    }
}
