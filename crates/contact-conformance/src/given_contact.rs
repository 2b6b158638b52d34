//! A contact that existed before the run, and is restored at the end.

use indexmap::IndexMap;
use reqwest::Method;
use serde_json::value::RawValue;

use crate::capabilities::request;
use crate::mismatch::Mismatch;
use crate::pattern::compare_values;
use crate::response::Response;
use crate::target::{Request, Target};

/// The keys of a contact with their JSON text, so that numbers keep their digits.
type Fields = IndexMap<String, Box<RawValue>>;

/// A contact that existed before the run, and its original state.
#[derive(Debug)]
pub(crate) struct GivenContact {
    pub(crate) id: String,
    before: Response,
}

/// The texts of a contact: their keys in a response and in an update. Only texts can be null.
const TEXTS: [(&str, &str); 4] =
    [("email", "email"), ("phone", "phone_number"), ("business_name", "business_name"), ("notes", "notes")];
const OTHERS: [&str; 3] = ["tags", "is_dnd", "lead_source"];
/// The keys of the name. Each changes the others, so they are sent together.
const NAMES: [(&str, &str); 3] =
    [("name", "full_name"), ("first_name", "first_name"), ("last_name", "last_name")];

/// An update, and the update to send if the server refuses it.
struct Update {
    body: Fields,
    otherwise: Option<Fields>,
}

impl GivenContact {
    /// Stores the response to a GET of the contact.
    pub(crate) fn new(id: &str, before: Response) -> Self {
        Self { id: id.to_owned(), before }
    }

    /// Returns the JSON of the original state.
    pub(crate) fn before(&self) -> &str {
        &self.before.text
    }

    /// Restores the contact. Returns the differences that remain, and the updates that were refused.
    pub(crate) async fn restore(&self, target: &Target, query: &str) -> Vec<Mismatch> {
        let path = format!("/contacts/{}/{query}", self.id);
        let get = request(Method::GET, &path, None);
        let now = match target.send(&get).await {
            Ok(now) => now,
            Err(why) => return vec![Mismatch::new("the contact", "a response", why)],
        };
        let mut refused = Vec::new();
        for Update { body, otherwise } in self.updates(&now) {
            let Err(why) = send(target, &path, &body).await else { continue };
            let is_done = match otherwise {
                Some(otherwise) => send(target, &path, &otherwise).await.is_ok(),
                None => false,
            };
            if !is_done {
                refused.push(Mismatch::new("the update that puts it back", "200", why));
            }
        }
        let after = target.send(&get).await.ok().and_then(|response| response.json().ok());
        let mut different = Vec::new();
        if let Ok(mut before) = self.before.json() {
            let moved = after.as_ref().and_then(|after| after.get("updated_at"));
            // The time of the last update cannot be restored.
            if let (Some(before), Some(time)) = (before.as_object_mut(), moved) {
                before.insert("updated_at".to_owned(), time.clone());
            }
            compare_values("the contact", &before, after.as_ref(), &mut different);
        }
        // A refused update matters only if it left a difference.
        if different.is_empty() {
            return different;
        }
        refused.into_iter().chain(different).map(|mismatch| target.shown_mismatch(mismatch)).collect()
    }

    /// Returns the updates that restore the contact. A null is sent in an update of its own, and as an empty text if
    /// the server refuses it, because the documented type of texts does not include null.
    fn updates(&self, now: &Response) -> Vec<Update> {
        let (before, now) = (fields(&self.before.text), fields(&now.text));
        let differs =
            |key: &str| before.get(key).map(|value| value.get()) != now.get(key).map(|value| value.get());
        let null = || RawValue::NULL.to_owned();
        let one = |key: &str, value| Fields::from([(key.to_owned(), value)]);
        let mut updates = Vec::new();

        let mut plain = Fields::new();
        for (shown_as, taken_as) in TEXTS.into_iter().chain(OTHERS.map(|key| (key, key))) {
            let Some(value) = before.get(shown_as).filter(|_| differs(shown_as)) else { continue };
            if value.get() == "null" {
                updates.push(Update { body: one(taken_as, null()), otherwise: empty(taken_as) });
            } else {
                plain.insert(taken_as.to_owned(), value.clone());
            }
        }
        if differs("custom_fields") {
            plain.insert("custom_fields".to_owned(), merged_back(&before, &now));
        }
        if !plain.is_empty() {
            updates.insert(0, Update { body: plain, otherwise: None });
        }

        if NAMES.iter().any(|(shown_as, _)| differs(shown_as)) {
            let shown = NAMES.into_iter().filter_map(|(shown_as, taken_as)| {
                Some((taken_as.to_owned(), before.get(shown_as)?.clone()))
            });
            let body: Fields = shown.collect();
            let is_nameless = body.get("full_name").is_some_and(|name| name.get() == "null");
            updates.push(Update { body, otherwise: is_nameless.then(|| empty("full_name")).flatten() });
        }
        updates
    }
}

fn fields(json: &str) -> Fields {
    serde_json::from_str(json).unwrap_or_default()
}

fn empty(key: &str) -> Option<Fields> {
    Some(Fields::from([(key.to_owned(), RawValue::from_string("\"\"".to_owned()).ok()?)]))
}

/// Returns the custom fields to send. A custom field that did not exist before is set to null, because an update
/// merges them.
fn merged_back(before: &Fields, now: &Fields) -> Box<RawValue> {
    let of = |contact: &Fields| contact.get("custom_fields").map(|all| fields(all.get())).unwrap_or_default();
    let mut back = of(before);
    for name in of(now).into_keys() {
        back.entry(name).or_insert_with(|| RawValue::NULL.to_owned());
    }
    serde_json::value::to_raw_value(&back).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Sends an update.
///
/// # Errors
/// The update failed. The error contains the response.
async fn send(target: &Target, path: &str, body: &Fields) -> Result<(), String> {
    let body = serde_json::to_string(body).map_err(|error| error.to_string())?;
    let update = Request { body: Some(body), ..request(Method::PATCH, path, None) };
    let response = target.send(&update).await?;
    if response.is_success() { Ok(()) } else { Err(target.shown(&response)) }
}
