//! What a run has made on the server, and must take away again.

use reqwest::Method;

use crate::answer::Answer;
use crate::target::{Request, Target};

/// What a run has made on the server: paths, each with the key that it was made with.
#[derive(Debug, Default)]
pub(crate) struct Made {
    things: Vec<Thing>,
    /// What the server did not take away.
    pub(crate) left: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Thing {
    path: String,
    authorization: String,
}

impl Made {
    /// Notes what a request has made, if it has. Only a 201 says so for certain: what an upsert has found may
    /// be someone else's, and is never taken away.
    pub(crate) fn note(&mut self, request: &Request, answer: &Answer) {
        if request.method != Method::POST {
            return;
        }
        if answer.status == 201 {
            let of_body = || {
                let body = answer.json().ok()?;
                let collection = request.path.split('?').next()?;
                Some(format!("{}/{}/", collection.trim_end_matches('/'), body["id"].as_str()?))
            };
            let path = answer.header("location").map(str::to_owned).or_else(of_body);
            self.add(path, request);
        }
        if request.path.starts_with("/contacts/batch/") {
            let body = answer.json().unwrap_or_default();
            let items = body["results"].as_array().map(Vec::as_slice).unwrap_or_default();
            for id in items.iter().filter(|item| item["status"] == 201).filter_map(|item| item["id"].as_str())
            {
                self.add(Some(format!("/contacts/{id}/")), request);
            }
        }
    }

    /// Notes a contact that was made for a case. A server that says neither made nor found may have found it,
    /// so it is left where it is.
    pub(crate) fn note_contact(&mut self, path: &str, request: &Request, answer: &Answer) {
        if answer.status == 201 {
            self.note(request, answer);
        } else if !path.is_empty() {
            self.left.push(path.to_owned());
        }
    }

    fn add(&mut self, path: Option<String>, request: &Request) {
        // A thread goes with its contact.
        let Some(path) = path.filter(|path| !path.contains("/threads/")) else { return };
        let is_other = request.authorization.contains("{other_key}");
        let authorization = if is_other { "{other_key}" } else { "{key}" }.to_owned();
        let thing = Thing { path, authorization };
        if !self.things.contains(&thing) {
            self.things.push(thing);
        }
    }

    /// Takes it all away, contacts first: others may not be taken away while a contact refers to them. What
    /// the server keeps is noted.
    pub(crate) async fn take_away(&mut self, target: &Target) {
        let mut things = std::mem::take(&mut self.things);
        things.sort_by_key(|thing| !is_contact(&thing.path));
        for Thing { path, authorization } in things {
            // For good, where the server knows the difference.
            let query = if is_contact(&path) { "?erase=true" } else { "" };
            let path_and_query = format!("{path}{query}");
            let request = Request {
                method: Method::DELETE,
                path: path_and_query,
                authorization,
                headers: Vec::new(),
                body: None,
            };
            let is_gone =
                target.send(&request).await.is_ok_and(|answer| answer.is_success() || answer.status == 404);
            if !is_gone {
                self.left.push(path);
            }
        }
    }
}

fn is_contact(path: &str) -> bool {
    path.contains("/contacts/")
}
