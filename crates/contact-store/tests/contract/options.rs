//! Options of writes: match policies, strict handling and receipts.

use contact_model::matching::Collision;
use contact_model::{ContactCreate, Handling, MatchPolicy, MatchedBy, RequestBody as _};
use contact_store::{Action, ContactWrite, StoreError, WriteOperation, WriteOptions};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, invalid_fields, update, upsert};

on_both_databases!(
    each_write_of_a_set_has_its_own_match_policy,
    strict_handling_refuses_only_its_write_of_a_set,
    states_before_and_after_are_returned_only_on_request,
);

const PHONE: &str = "+14155552671";

fn with(write: ContactWrite, options: WriteOptions) -> ContactWrite {
    ContactWrite { options, ..write }
}

async fn each_write_of_a_set_has_its_own_match_policy(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let both = |policy, notes: &str| {
        let body = json!({ "phone_number": PHONE, "email": "a@b.c", "notes": notes });
        let create = ContactCreate::from_json(&body.to_string()).unwrap().value;
        ContactWrite {
            operation: WriteOperation::Upsert(Box::new(create.into()), policy),
            ..upsert(company, json!({}))
        }
    };
    let results = fixture
        .store
        .write(vec![
            upsert(company, json!({ "phone_number": PHONE })),
            upsert(company, json!({ "email": "a@b.c" })),
            both(MatchPolicy::Reject, "reject"),
            both(MatchPolicy::Email, "email"),
            both(MatchPolicy::Phone, "phone"),
        ])
        .await;
    let [by_phone, by_email] = [&results[0], &results[1]].map(|result| result.as_ref().unwrap().id);
    let Err(StoreError::ContactsCollide(collision)) = &results[2] else { panic!("{results:?}") };
    assert_eq!(*collision, Collision { by_phone, by_email });
    for (result, id, matched_by, ignored) in [
        (&results[3], by_email, MatchedBy::Email, "phone_number"),
        (&results[4], by_phone, MatchedBy::Phone, "email"),
    ] {
        let written = result.as_ref().unwrap();
        assert_eq!((written.id, written.matched_by), (id, Some(matched_by)));
        assert_eq!(written.ignored, [ignored]);
    }
    assert_eq!(fixture.read(company, by_email).await["notes"], "email");
    let kept = fixture.read(company, by_phone).await;
    assert_eq!((&kept["notes"], &kept["email"]), (&json!("phone"), &Value::Null));
}

async fn strict_handling_refuses_only_its_write_of_a_set(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let id = fixture.create(company, json!({})).await;
    let strict = WriteOptions { handling: Handling::Strict, ..WriteOptions::default() };
    let unknown = |notes: &str| update(company, id, json!({ "notes": notes, "custom_fields": { "No": 1 } }));
    let results = fixture
        .store
        .write(vec![unknown("lenient"), with(unknown("strict"), strict), update(company, id, json!({}))])
        .await;
    assert_eq!(results[0].as_ref().unwrap().ignored, ["custom_fields.No"]);
    assert_eq!(invalid_fields(&results[1]), ["/custom_fields/No"]);
    assert_eq!(results[2].as_ref().unwrap().action, Action::Unchanged);
    assert_eq!(fixture.read(company, id).await["notes"], "lenient");
}

async fn states_before_and_after_are_returned_only_on_request(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let receipt = WriteOptions { receipt: true, ..WriteOptions::default() };
    // The snapshots of a write include the changes of earlier writes of the set.
    let with_receipt =
        |notes: &str| with(upsert(company, json!({ "email": "a@b.c", "notes": notes })), receipt);
    let plain = upsert(company, json!({ "email": "a@b.c", "notes": "plain" }));
    let written = fixture.write(vec![with_receipt("a"), plain, with_receipt("b"), with_receipt("b")]).await;
    assert!(written[1].snapshots.is_none());
    let notes = |index: usize| {
        let snapshots = written[index].snapshots.as_deref().unwrap();
        let before = snapshots.before.as_ref().map(|before| before.state.notes.clone().unwrap_or_default());
        (before, snapshots.after.state.notes.clone().unwrap_or_default())
    };
    assert_eq!(notes(0), (None, "a".to_owned()));
    assert_eq!(notes(2), (Some("plain".to_owned()), "b".to_owned()));
    assert_eq!(notes(3), (Some("b".to_owned()), "b".to_owned()));
    assert_eq!(written[3].action, Action::Unchanged);
}
