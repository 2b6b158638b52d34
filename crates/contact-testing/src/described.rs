//! The operations of the API description, for tests of clients.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde::Deserialize;

const DESCRIPTION: &str = include_str!("../../../openapi.yaml");

#[derive(Deserialize)]
struct Description {
    paths: BTreeMap<String, BTreeMap<String, Described>>,
    components: Components,
}

#[derive(Deserialize)]
struct Components {
    parameters: BTreeMap<String, Parameter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    operation_id: String,
    #[serde(default)]
    parameters: Vec<ParameterOrReference>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ParameterOrReference {
    Parameter(Parameter),
    Reference {
        #[serde(rename = "$ref")]
        target: String,
    },
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(rename = "in")]
    place: String,
}

/// An operation of the API description.
#[derive(Debug)]
pub struct DescribedOperation {
    /// Its `operationId`.
    pub id: String,
    method: String,
    path: String,
    /// The names of its parameters in the query and in headers.
    parameters: BTreeSet<String>,
}

/// Returns every operation of the API description.
pub fn described_operations() -> Vec<DescribedOperation> {
    let description: Description = yaml_serde::from_str(DESCRIPTION).expect("the description is valid");
    let mut operations = Vec::new();
    for (path, methods) in description.paths {
        for (method, Described { operation_id: id, parameters }) in methods {
            let parameters = parameters.iter().map(|parameter| description.components.resolve(parameter));
            // Only a client that reads a stream of events sends this header.
            let parameters = parameters.filter(|parameter| parameter.name != "Last-Event-ID");
            let parameters = parameters.filter(|parameter| parameter.place != "path");
            let parameters = parameters.map(|parameter| parameter.name.to_ascii_lowercase()).collect();
            let method = method.to_uppercase();
            operations.push(DescribedOperation { id, method, path: path.clone(), parameters });
        }
    }
    operations
}

impl Components {
    /// Returns a parameter, or the component that it refers to.
    fn resolve<'p>(&'p self, parameter: &'p ParameterOrReference) -> &'p Parameter {
        match parameter {
            ParameterOrReference::Parameter(parameter) => parameter,
            ParameterOrReference::Reference { target } => {
                let name = target.rsplit('/').next().unwrap_or_default();
                self.parameters.get(name).unwrap_or_else(|| panic!("the description has no {target}"))
            }
        }
    }
}

impl DescribedOperation {
    /// The ID in the path of a request.
    pub const ID: &str = "00000000-0000-0000-0000-000000000000";
    /// The tag in the path of a request.
    pub const TAG: &str = "vip";

    /// Returns true if the operation has this parameter, in lower case.
    pub fn has(&self, parameter: &str) -> bool {
        self.parameters.contains(parameter)
    }

    /// Asserts that a request has the method and path of the operation, with any values in the path.
    pub fn assert_addressed(&self, method: &str, url: &Url) {
        let steps = url.path().split('/').zip(self.path.split('/'));
        let path: Vec<&str> =
            steps.map(|(step, own)| if own.starts_with('{') { own } else { step }).collect();
        assert_eq!((method, path.join("/")), (self.method.as_str(), self.path.clone()), "{}", self.id);
    }

    /// Asserts that a request has the method and path of the operation, and every parameter of it.
    pub fn assert_sent(&self, method: &str, url: &Url, headers: &HeaderMap) {
        let path = self.path.replace("{tag}", Self::TAG);
        let path = path.split('/').map(|step| if step.starts_with('{') { Self::ID } else { step });
        let path = path.collect::<Vec<_>>().join("/");
        assert_eq!((method, url.path()), (self.method.as_str(), path.as_str()), "{}", self.id);
        assert_eq!(sent_parameters(url, headers), self.parameters, "{}", self.id);
    }
}

/// Returns the names of the parameters in the query and of the headers that are specific to the API.
fn sent_parameters(url: &Url, headers: &HeaderMap) -> BTreeSet<String> {
    const GENERAL_HEADERS: [&str; 6] =
        ["accept", "authorization", "content-length", "content-type", "host", "user-agent"];
    let query = url.query_pairs().map(|(name, _)| {
        // `custom_fields[Plan]` is the parameter `custom_fields`.
        name.split('[').next().unwrap_or_default().to_owned()
    });
    let headers = headers.keys().map(|name| name.as_str().to_owned());
    query.chain(headers.filter(|name| !GENERAL_HEADERS.contains(&name.as_str()))).collect()
}
