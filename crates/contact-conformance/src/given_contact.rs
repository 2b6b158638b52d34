//! A contact that was there before, and is put back as it was.

use indexmap::IndexMap;
use reqwest::Method;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::mismatch::Mismatch;
use crate::pattern::compare_values;
use crate::target::{Request, Target};

/// Keys of a contact with their values as they came, numbers digit for digit.
type Fields = IndexMap<String, Box<RawValue>>;

/// A contact that was there before, with what it was like.
#[derive(Debug)]
pub(crate) struct GivenContact {
    pub(crate) id: String,
    before: Answer,
}

/// What an update takes, by the name that a contact is answered with.
const TAKEN_AS: [(&str, &str); 11] = [
    ("name", "full_name"),
    ("first_name", "first_name"),
    ("last_name", "last_name"),
    ("email", "email"),
    ("phone", "phone_number"),
    ("business_name", "business_name"),
    ("notes", "notes"),
    ("tags", "tags"),
    ("is_dnd", "is_dnd"),
    ("lead_source", "lead_source"),
    ("custom_fields", "custom_fields"),
];

impl GivenContact {
    /// The contact as a GET has shown it.
    pub(crate) fn new(id: &str, before: Answer) -> Self {
        Self { id: id.to_owned(), before }
    }

    /// Puts the contact back as it was: where it is still otherwise, and why.
    pub(crate) async fn put_back(&self, target: &Target, query: &str) -> Vec<Mismatch> {
        let path = format!("/contacts/{}/{query}", self.id);
        let get = Request {
            method: Method::GET,
            path: path.clone(),
            authorization: "{key}".to_owned(),
            headers: Vec::new(),
            body: None,
        };
        let now = match target.send(&get).await {
            Ok(now) => now,
            Err(why) => return vec![Mismatch::new("the contact", "an answer", why)],
        };
        let body = self.body(&now);
        let patch = Request { method: Method::PATCH, body: Some(body), ..get.clone() };
        let mut refused = Vec::new();
        match target.send(&patch).await {
            Ok(answer) if answer.is_success() => {}
            Ok(answer) => {
                refused.push(Mismatch::new("the update that puts it back", "200", target.shown(&answer)))
            }
            Err(why) => refused.push(Mismatch::new("the update that puts it back", "an answer", why)),
        }
        let after = target.send(&get).await.ok().and_then(|answer| answer.json().ok());
        let mut different = Vec::new();
        if let Ok(mut before) = self.before.json() {
            // No one can put that back.
            if let (Some(before), Some(time)) =
                (before.as_object_mut(), after.as_ref().and_then(|after| after.get("updated_at")))
            {
                before.insert("updated_at".to_owned(), time.clone());
            }
            compare_values("the contact", &before, after.as_ref(), &mut different);
        }
        // What was refused matters where it left something otherwise.
        if different.is_empty() { different } else { refused.into_iter().chain(different).collect() }
    }

    /// The body of the update that puts it back.
    fn body(&self, now: &Answer) -> String {
        let read = |text: &str| serde_json::from_str::<Fields>(text).unwrap_or_default();
        let (mut before, now) = (read(&self.before.text), read(&now.text));
        let mut body = Fields::new();
        for (shown_as, taken_as) in TAKEN_AS {
            let Some(value) = before.swap_remove(shown_as) else { continue };
            let value = if shown_as == "custom_fields" {
                // Merged key by key: what was not there before must be said to go.
                let mut fields = read(value.get());
                let added = now.get(shown_as).map(|now| read(now.get())).unwrap_or_default();
                for name in added.into_keys().filter(|name| !fields.contains_key(name)).collect::<Vec<_>>() {
                    fields.insert(name, RawValue::NULL.to_owned());
                }
                serde_json::value::to_raw_value(&fields).unwrap_or_else(|_| RawValue::NULL.to_owned())
            } else {
                value
            };
            body.insert(taken_as.to_owned(), value);
        }
        serde_json::to_string(&body).unwrap_or_else(|_| Value::Null.to_string())
    }
}
