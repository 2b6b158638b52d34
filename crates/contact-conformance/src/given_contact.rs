//! A contact that was there before, and is put back as it was.

use indexmap::IndexMap;
use reqwest::Method;
use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::examination::request;
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

/// Texts that an update takes, each by the name that a contact is answered with. They may be null; what else
/// it takes may not.
const TEXTS: [(&str, &str); 4] =
    [("email", "email"), ("phone", "phone_number"), ("business_name", "business_name"), ("notes", "notes")];
const OTHERS: [&str; 3] = ["tags", "is_dnd", "lead_source"];
/// The three keys that name a contact: each changes the others, so they are sent together.
const NAMES: [(&str, &str); 3] =
    [("name", "full_name"), ("first_name", "first_name"), ("last_name", "last_name")];

/// An update, and another one where the server refuses it.
struct Update {
    body: Fields,
    otherwise: Option<Fields>,
}

impl GivenContact {
    /// The contact as a GET has shown it.
    pub(crate) fn new(id: &str, before: Answer) -> Self {
        Self { id: id.to_owned(), before }
    }

    /// What it was like, as JSON: the text of the answer.
    pub(crate) fn before(&self) -> &str {
        &self.before.text
    }

    /// Puts the contact back as it was: where it is still otherwise, and why.
    pub(crate) async fn put_back(&self, target: &Target, query: &str) -> Vec<Mismatch> {
        let path = format!("/contacts/{}/{query}", self.id);
        let get = request(Method::GET, &path, None);
        let now = match target.send(&get).await {
            Ok(now) => now,
            Err(why) => return vec![Mismatch::new("the contact", "an answer", why)],
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
        let after = target.send(&get).await.ok().and_then(|answer| answer.json().ok());
        let mut different = Vec::new();
        if let Ok(mut before) = self.before.json() {
            let moved = after.as_ref().and_then(|after| after.get("updated_at"));
            // No one can put that back.
            if let (Some(before), Some(time)) = (before.as_object_mut(), moved) {
                before.insert("updated_at".to_owned(), time.clone());
            }
            compare_values("the contact", &before, after.as_ref(), &mut different);
        }
        // What was refused matters where it left something otherwise.
        if different.is_empty() {
            return different;
        }
        refused.into_iter().chain(different).map(|mismatch| target.shown_mismatch(mismatch)).collect()
    }

    /// The updates that put it back. The documentation has texts where we take null as well, so a null stands
    /// alone, with an empty text where it is refused.
    fn updates(&self, now: &Answer) -> Vec<Update> {
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

/// Custom fields are merged key by key: what was not there before must be said to go.
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
/// It was not done: what came instead.
async fn send(target: &Target, path: &str, body: &Fields) -> Result<(), String> {
    let body = serde_json::to_string(body).map_err(|error| error.to_string())?;
    let update = Request { body: Some(body), ..request(Method::PATCH, path, None) };
    let answer = target.send(&update).await?;
    if answer.is_success() { Ok(()) } else { Err(target.shown(&answer)) }
}
