//! What the API's description says of each operation, for tests of what sends requests.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde::Deserialize;

const DESCRIPTION: &str = include_str!("../../../openapi.yaml");

#[derive(Deserialize)]
struct Description {
    paths: BTreeMap<String, BTreeMap<String, Described>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    operation_id: String,
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(rename = "in")]
    place: String,
}

/// An operation as the API's description has it.
#[derive(Debug)]
pub struct DescribedOperation {
    /// Its name.
    pub id: String,
    method: String,
    path: String,
    /// The names of what stands in the query and in headers.
    parameters: BTreeSet<String>,
}

/// Every operation of the API's description.
pub fn described_operations() -> Vec<DescribedOperation> {
    let description: Description = yaml_serde::from_str(DESCRIPTION).expect("the description is read");
    let mut operations = Vec::new();
    for (path, methods) in description.paths {
        for (method, Described { operation_id: id, parameters }) in methods {
            let said = parameters.into_iter().filter(|parameter| parameter.place != "path");
            let parameters = said.map(|parameter| parameter.name.to_ascii_lowercase()).collect();
            let method = method.to_uppercase();
            operations.push(DescribedOperation { id, method, path: path.clone(), parameters });
        }
    }
    operations
}

impl DescribedOperation {
    /// The id that a request sends wherever its path takes one.
    pub const ID: &str = "00000000-0000-0000-0000-000000000000";
    /// The tag that a request sends where its path takes one.
    pub const TAG: &str = "vip";

    /// Holds a request against the description: it goes where the operation is, with every parameter that
    /// the operation has.
    pub fn assert_sent(&self, method: &str, url: &Url, headers: &HeaderMap) {
        let path = self.path.replace("{tag}", Self::TAG);
        let path = path.split('/').map(|step| if step.starts_with('{') { Self::ID } else { step });
        let path = path.collect::<Vec<_>>().join("/");
        assert_eq!((method, url.path()), (self.method.as_str(), path.as_str()), "{}", self.id);
        assert_eq!(said(url, headers), self.parameters, "{}", self.id);
    }
}

/// The parameters in the query and, of the headers, those that the API gives a meaning of their own.
fn said(url: &Url, headers: &HeaderMap) -> BTreeSet<String> {
    const OF_EVERY_REQUEST: [&str; 6] =
        ["accept", "authorization", "content-length", "content-type", "host", "user-agent"];
    let query = url.query_pairs().map(|(name, _)| {
        // `custom_fields[Plan]` is one parameter of many names.
        name.split('[').next().unwrap_or_default().to_owned()
    });
    let headers = headers.keys().map(|name| name.as_str().to_owned());
    query.chain(headers.filter(|name| !OF_EVERY_REQUEST.contains(&name.as_str()))).collect()
}
