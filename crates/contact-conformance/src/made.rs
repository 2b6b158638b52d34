//! What a run has made on the server, and must take away again.

use reqwest::Method;

use crate::answer::Answer;
use crate::target::{Request, Target};

/// What a run has made on the server: paths, each with the key that it was made with.
#[derive(Debug, Default)]
pub(crate) struct Made {
    things: Vec<Thing>,
    /// The id of a contact that was there before.
    pub(crate) given: Option<String>,
    /// What the server did not take away, or may have made and does not say so.
    pub(crate) left: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Thing {
    path: String,
    authorization: String,
}

impl Made {
    /// Notes what a request has made, if it has. Only a 201 says so for certain: what an upsert has found may
    /// be someone else's, and is never taken away. It is named in the end.
    pub(crate) fn note(&mut self, request: &Request, answer: &Answer) {
        if request.method != Method::POST || !answer.is_success() {
            return;
        }
        let collection = request.path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let of_body = || Some(format!("{collection}/{}/", answer.json().ok()?["id"].as_str()?));
        let path = || answer.header("location").map(str::to_owned).or_else(of_body);
        if answer.status == 201 {
            self.add(path(), request);
        } else if collection == "/contacts"
            && let Some(path) = path().filter(|path| !self.knows(path))
        {
            self.left.push(path);
        }
        if collection == "/contacts/batch" {
            let body = answer.json().unwrap_or_default();
            let items = body["results"].as_array().map(Vec::as_slice).unwrap_or_default();
            for id in items.iter().filter(|item| item["status"] == 201).filter_map(|item| item["id"].as_str())
            {
                self.add(Some(format!("/contacts/{id}/")), request);
            }
        }
    }

    /// Whether a contact is known already, however the server spells its path.
    fn knows(&self, path: &str) -> bool {
        let made = self.things.iter().map(|thing| &thing.path).chain(&self.left);
        made.map(|path| id_of(path)).chain(self.given.as_deref()).any(|known| known == id_of(path))
    }

    fn add(&mut self, path: Option<String>, request: &Request) {
        // A thread goes with its contact.
        let Some(path) = path.filter(|path| !path.contains("/threads/")) else { return };
        // Another request of the same moment may have found it, and have been answered first.
        self.left.retain(|left| id_of(left) != id_of(&path));
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

/// The id at the end of the path of a thing.
pub(crate) fn id_of(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn is_contact(path: &str) -> bool {
    path.contains("/contacts/")
}
