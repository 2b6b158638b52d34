//! A contact of a response can be inserted again, unless it is deleted.

use contact_model::{Contact, ContactInsert, Included};
use proptest::prelude::*;

use crate::parts::time;
use crate::requests::round_trip;
use crate::responses::contact;

proptest! {
    #[test]
    fn contact_of_a_response_can_be_inserted_unchanged(contact in contact(), created_at in time()) {
        let contact = Contact { created_at: Some(created_at), deleted_at: Included::default(), ..contact };
        let inserted: ContactInsert = round_trip(&contact);
        prop_assert_eq!(inserted, ContactInsert::from(contact));
    }
}
