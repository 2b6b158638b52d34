//! What a batch answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::receipt::Receipt;
use crate::{Contact, ContactId, ProblemType, Violation};

/// What became of each item of a batch. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "results": [
        { "status": 201, "id": "018bab2f-5d60-7c31-9a55-8dd25736052a" },
        { "status": 404, "id": null, "problem": {
            "type": "urn:problem-type:contacts:contact-not-found",
            "title": "There is no such contact",
            "status": 404,
            "detail": "The company has no contact with this id."
        } },
    ]
}))]
pub struct BatchAnswer {
    /// One for each item, in the order of the request.
    #[schema(min_items = 1, max_items = 1000)]
    pub results: Vec<ItemAnswer>,
}

/// What became of one item of a batch. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemAnswer {
    /// The status that a request of its own would have had: 201 where it made a contact, 200 where it
    /// changed or found one, 204 where it deleted one and does not show it, otherwise its problem's.
    pub status: u16,
    /// The contact, or null where the item was refused.
    #[schema(value_type = Option<uuid::Uuid>, required)]
    pub id: Option<ContactId>,
    /// Why it was refused, where it was. Nothing of it was written then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ItemProblem, required = false)]
    pub problem: Option<ItemProblem>,
    /// The names of what was sent and not stored, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub ignored: Vec<String>,
    /// Which of `name`, `email` and `phone` the item replaced, if any: the contact had another value before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub replaced: Vec<String>,
    /// The contact after the item, where `Prefer: return` asked for it; one that was deleted, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Contact, required = false)]
    pub contact: Option<Box<Contact>>,
    /// Which state of the contact that is, where it is shown: what a request of its own would have had in
    /// the header `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub etag: Option<String>,
    /// What the item did, where `Prefer: return=receipt` asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Receipt, required = false)]
    pub receipt: Option<Box<Receipt>>,
}

impl ItemAnswer {
    /// The answer to an item that was refused.
    pub fn refused(problem: ItemProblem) -> Self {
        Self {
            status: problem.status,
            id: None,
            problem: Some(problem),
            ignored: Vec::new(),
            replaced: Vec::new(),
            contact: None,
            etag: None,
            receipt: None,
        }
    }
}

/// Why an item of a batch was refused: what went wrong, where, and what to do. It is the problem that a
/// request of its own would have been answered with, but for the request's id, which is the batch's.
/// Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemProblem {
    /// What kind of problem it is, for programs: `urn:problem-type:contacts:` and a name.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time and what to do.
    pub detail: String,
    /// The bad fields, where there are any: each pointer begins at the item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<Violation>,
}

impl ItemProblem {
    /// A problem of this kind.
    pub fn new(kind: ProblemType, detail: impl Into<String>, errors: Vec<Violation>) -> Self {
        Self {
            kind: kind.uri().to_owned(),
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            errors,
        }
    }
}
