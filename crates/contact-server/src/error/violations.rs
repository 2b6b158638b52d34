//! The bad fields that a problem lists.

use contact_model::batch::item_pointer;
use contact_model::body::BodyError;
use contact_model::{Violation, ViolationCode, Violations};

use super::ApiError;

impl ApiError {
    /// Returns the bad fields, each with what is wrong with it.
    pub(super) fn violations(self) -> Vec<Violation> {
        match self {
            Self::Body(BodyError::Fields { violations, .. }) | Self::Parameters(violations) => {
                violations.into_vec()
            }
            Self::ContactsCollide(collision) => Violations::from(collision).into_vec(),
            Self::ContactTaken(id) => {
                let detail = format!("The company has a contact with the id {id} already.");
                vec![Violation::new("/id", ViolationCode::Taken, detail).of_contact(id)]
            }
            Self::CustomFieldTaken(violation) => vec![violation],
            Self::OfItem { index, error } => violations_of_item(index, *error),
            _ => Vec::new(),
        }
    }
}

/// Returns the bad fields of an item, with pointers into the body of the batch. If the item's contact does not exist,
/// the bad field is `id`. If the item's precondition does not hold, the bad field is `if_match`.
fn violations_of_item(index: usize, error: ApiError) -> Vec<Violation> {
    let mut violations = match error {
        ApiError::ContactNotFound => {
            vec![Violation::new("/id", ViolationCode::NotFound, error.detail())]
        }
        ApiError::PreconditionFailed => {
            vec![Violation::new("/if_match", ViolationCode::Outdated, error.detail())]
        }
        error => error.violations(),
    };
    for violation in &mut violations {
        violation.pointer.insert_str(0, &item_pointer(index));
    }
    violations
}
