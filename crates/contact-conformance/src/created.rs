//! The objects that a run has created on the server and must delete.

use reqwest::Method;

use crate::response::Response;
use crate::target::{Request, Target};

/// The objects that a run has created: their paths, each with the key that created it.
#[derive(Debug, Default)]
pub(crate) struct Created {
    objects: Vec<Object>,
    /// The id of the given contact, which existed before.
    pub(crate) given: Option<String>,
    /// Objects that could not be deleted, and contacts that may be new.
    pub(crate) not_deleted: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Object {
    path: String,
    authorization: String,
}

impl Created {
    /// Records what a request has created. Only the status 201 means that the contact is new. Another contact may
    /// have existed before, so it is reported and not deleted.
    pub(crate) fn note(&mut self, request: &Request, response: &Response) {
        if request.method != Method::POST || !response.is_success() {
            return;
        }
        let collection = request.path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let of_body = || Some(format!("{collection}/{}/", response.json().ok()?["id"].as_str()?));
        let path = || response.header("location").map(str::to_owned).or_else(of_body);
        if response.status == 201 {
            self.add(path(), request);
        } else if collection == "/contacts"
            && let Some(path) = path().filter(|path| !self.knows(path))
        {
            self.not_deleted.push(path);
        }
        if collection == "/contacts/batch" {
            let body = response.json().unwrap_or_default();
            let items = body["results"].as_array().map(Vec::as_slice).unwrap_or_default();
            for id in items.iter().filter(|item| item["status"] == 201).filter_map(|item| item["id"].as_str())
            {
                self.add(Some(format!("/contacts/{id}/")), request);
            }
        }
    }

    /// Returns true if the contact is known, even with another prefix of its path.
    fn knows(&self, path: &str) -> bool {
        let known = self.objects.iter().map(|object| &object.path).chain(&self.not_deleted);
        known.map(|path| id_of(path)).chain(self.given.as_deref()).any(|id| id == id_of(path))
    }

    fn add(&mut self, path: Option<String>, request: &Request) {
        // A thread is deleted with its contact.
        let Some(path) = path.filter(|path| !path.contains("/threads/")) else { return };
        // A concurrent request may have found the contact and been answered first.
        self.not_deleted.retain(|path_of_other| id_of(path_of_other) != id_of(&path));
        let is_other = request.authorization.contains("{other_key}");
        let authorization = if is_other { "{other_key}" } else { "{key}" }.to_owned();
        let object = Object { path, authorization };
        if !self.objects.contains(&object) {
            self.objects.push(object);
        }
    }

    /// Deletes everything, contacts first, because other objects cannot be deleted while a contact refers to them.
    pub(crate) async fn delete_all(&mut self, target: &Target) {
        let mut objects = std::mem::take(&mut self.objects);
        objects.sort_by_key(|object| !is_contact(&object.path));
        for Object { path, authorization } in objects {
            // Erases the contact, if the server supports it.
            let query = if is_contact(&path) { "?erase=true" } else { "" };
            let path_and_query = format!("{path}{query}");
            let request = Request {
                method: Method::DELETE,
                path: path_and_query,
                authorization,
                headers: Vec::new(),
                body: None,
            };
            let is_gone = target
                .send(&request)
                .await
                .is_ok_and(|response| response.is_success() || response.status == 404);
            if !is_gone {
                self.not_deleted.push(path);
            }
        }
    }
}

/// Returns the id at the end of a path.
pub(crate) fn id_of(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn is_contact(path: &str) -> bool {
    path.contains("/contacts/")
}
