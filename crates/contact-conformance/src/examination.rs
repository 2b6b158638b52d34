//! What a server and those who ask it have beside the three documented operations and one key.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::made::Made;
use crate::need::Need;
use crate::target::{Request, Target};
use crate::variables::word;

/// What there is, seen before the first case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Offers {
    pub(crate) new_contacts: bool,
    pub(crate) include: bool,
    pub(crate) custom_field: Option<String>,
    pub(crate) admin: bool,
    pub(crate) agents: bool,
    pub(crate) united_states: bool,
    pub(crate) other_company: bool,
}

/// What a GET is asked to show, where the server knows more than the documented keys.
pub(crate) const INCLUDE: &str = "?include=first_name,last_name,custom_fields,updated_at";

impl Offers {
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

    /// The query of a GET that shows all that there is to see.
    pub(crate) fn query(&self) -> &'static str {
        if self.include { INCLUDE } else { "" }
    }

    /// Sees what the server has, by a contact that is there.
    pub(crate) async fn look(&mut self, target: &Target, contact: &str, made: &mut Made) {
        let shown = get(target, &format!("{contact}{INCLUDE}")).await;
        self.include = shown.is_some_and(|contact| contact.get("first_name").is_some());
        self.agents = get(target, "/agents/").await.is_some_and(|list| list["results"].is_array());
        self.admin = get(target, "/api-keys/").await.is_some_and(|list| list["results"].is_array());
        // Without it nothing of a custom field is to be seen.
        if self.include && self.custom_field.is_none() {
            self.custom_field = custom_field(target, made).await;
        }
    }
}

/// A custom field of the run's own where the key may define one, else one that the company has.
async fn custom_field(target: &Target, made: &mut Made) -> Option<String> {
    let name = format!("Conformance {}", word());
    let request = request(Method::POST, "/custom-fields/", Some(json!({ "name": name })));
    if let Ok(answer) = target.send(&request).await
        && answer.status == 201
    {
        made.note(&request, &answer);
        return Some(name);
    }
    let list = get(target, "/custom-fields/").await?;
    let takes_anything = list["results"].as_array()?.iter().find(|field| field["type"] == "any")?;
    takes_anything["name"].as_str().map(str::to_owned)
}

/// The JSON of a 200.
async fn get(target: &Target, path: &str) -> Option<Value> {
    let answer: Answer = target.send(&request(Method::GET, path, None)).await.ok()?;
    answer.json().ok().filter(|_| answer.status == 200)
}

/// A request with the key.
pub(crate) fn request(method: Method, path: &str, body: Option<Value>) -> Request {
    Request {
        method,
        path: path.to_owned(),
        authorization: "{key}".to_owned(),
        headers: Vec::new(),
        body: body.map(|body| body.to_string()),
    }
}
