//! A contact of a response can be inserted again. Deleted contacts are not inserted, because they would become live.

use contact_model::{Contact, ContactInsert, Extra};
use proptest::prelude::*;

use crate::answered::contact;
use crate::parts::time;
use crate::sent::sent;

proptest! {
    #[test]
    fn a_contact_is_inserted_as_it_was_read(contact in contact(), created_at in time()) {
        let contact = Contact { created_at: Some(created_at), deleted_at: Extra::default(), ..contact };
        let inserted: ContactInsert = sent(&contact);
        prop_assert_eq!(inserted, ContactInsert::from(contact));
    }
}
