//! What a problem says of each bad field.

use contact_model::batch::item_pointer;
use contact_model::body::BodyError;
use contact_model::{Violation, ViolationCode, Violations};

use super::ApiError;

impl ApiError {
    /// What is wrong field by field.
    pub(super) fn violations(self) -> Vec<Violation> {
        match self {
            Self::Body(BodyError::Fields(violations)) | Self::Parameters(violations) => violations.into_vec(),
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

/// The bad fields of an item, by their places in the body; the item's id where it names no contact, and what
/// it needs of it where that does not hold.
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
