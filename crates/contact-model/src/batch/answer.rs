//! The response to a batch.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::receipt::Receipt;
use crate::{Contact, ContactId, ProblemType, Violation};

/// The result of each item of a batch.
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
    /// One result for each item, in the order of the request.
    #[schema(min_items = 1, max_items = 1000)]
    pub results: Vec<ItemAnswer>,
}

/// The result of one item of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemAnswer {
    /// The HTTP status that a single request would have returned: 201 if the item created a contact, 200 if
    /// it changed or found one, 204 if it deleted one and does not return it, otherwise the status of the
    /// problem.
    pub status: u16,
    /// The contact's id, or null if the item was refused.
    #[schema(value_type = Option<uuid::Uuid>, required)]
    pub id: Option<ContactId>,
    /// The reason if the item was refused. A refused item writes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ItemProblem, required = false)]
    pub problem: Option<ItemProblem>,
    /// The names of the sent fields that were not stored, if any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub ignored: Vec<String>,
    /// Which of `name`, `email` and `phone` the item replaced, if any: the contact had another value before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub replaced: Vec<String>,
    /// The contact after the item, if `Prefer: return` asked for it. A deleted contact is returned as it
    /// was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Contact, required = false)]
    pub contact: Option<Box<Contact>>,
    /// The entity tag of the returned contact, as in the header `ETag` of a single request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub etag: Option<String>,
    /// What the item changed, if `Prefer: return=receipt` asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Receipt, required = false)]
    pub receipt: Option<Box<Receipt>>,
}

impl ItemAnswer {
    /// Creates the result of an item that was refused.
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

/// The reason why an item of a batch was refused: what is wrong, where, and what to do. It equals the problem
/// that a single request would have returned, without the request id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemProblem {
    /// The type of problem, for programs: `urn:problem-type:contacts:` followed by a name.
    #[serde(rename = "type")]
    pub kind: String,
    /// A summary of the problem type, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong in this case, and what to do.
    pub detail: String,
    /// The invalid fields, if any. Each pointer is relative to the item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<Violation>,
}

impl ItemProblem {
    /// Creates a problem of this type.
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
