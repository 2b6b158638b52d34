//! What the server answers of a contact is what it takes to store the same one elsewhere.

use contact_model::{Contact, ContactInsert};
use proptest::prelude::*;

use crate::answered::contact;
use crate::parts::time;
use crate::sent::sent;

proptest! {
    #[test]
    fn a_contact_is_inserted_as_it_was_answered(contact in contact(), created_at in time()) {
        let contact = Contact { created_at: Some(created_at), ..contact };
        let inserted = sent(&contact, |body| ContactInsert::from_json(body));
        prop_assert_eq!(inserted, ContactInsert::from(contact));
    }
}
