//! What a write may ask for beyond what it does: another way with a collision, strict handling, the
//! contact before and after.

use contact_model::matching::Collision;
use contact_model::{ContactCreate, Handling, MatchPolicy, MatchedBy, RequestBody as _};
use contact_store::{Action, ContactWrite, StoreError, WriteOperation, WriteOptions};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::world::{World, bad_fields, update, upsert};

on_both_databases!(
    a_collision_of_a_set_is_decided_by_the_policy_of_each_write,
    strict_handling_refuses_one_write_of_a_set_and_no_other,
    the_contact_before_and_after_is_told_where_it_is_asked_for_and_nowhere_else,
);

const PHONE: &str = "+14155552671";

fn with(write: ContactWrite, options: WriteOptions) -> ContactWrite {
    ContactWrite { options, ..write }
}

async fn a_collision_of_a_set_is_decided_by_the_policy_of_each_write(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let both = |policy, notes: &str| {
        let body = json!({ "phone_number": PHONE, "email": "a@b.c", "notes": notes });
        let create = ContactCreate::from_json(&body.to_string()).unwrap().value;
        ContactWrite {
            operation: WriteOperation::Upsert(Box::new(create.into()), policy),
            ..upsert(company, json!({}))
        }
    };
    let answers = world
        .store
        .write(vec![
            upsert(company, json!({ "phone_number": PHONE })),
            upsert(company, json!({ "email": "a@b.c" })),
            both(MatchPolicy::Reject, "reject"),
            both(MatchPolicy::Email, "email"),
            both(MatchPolicy::Phone, "phone"),
        ])
        .await;
    let [by_phone, by_email] = [&answers[0], &answers[1]].map(|answer| answer.as_ref().unwrap().id);
    let Err(StoreError::ContactsCollide(collision)) = &answers[2] else { panic!("{answers:?}") };
    assert_eq!(*collision, Collision { by_phone, by_email });
    for (answer, id, matched_by, left_out) in [
        (&answers[3], by_email, MatchedBy::Email, "phone_number"),
        (&answers[4], by_phone, MatchedBy::Phone, "email"),
    ] {
        let written = answer.as_ref().unwrap();
        assert_eq!((written.id, written.matched_by), (id, Some(matched_by)));
        assert_eq!(written.ignored, [left_out]);
    }
    assert_eq!(world.read(company, by_email).await["notes"], "email");
    let kept = world.read(company, by_phone).await;
    assert_eq!((&kept["notes"], &kept["email"]), (&json!("phone"), &Value::Null));
}

async fn strict_handling_refuses_one_write_of_a_set_and_no_other(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let id = world.create(company, json!({})).await;
    let strict = WriteOptions { handling: Handling::Strict, ..WriteOptions::default() };
    let unknown = |notes: &str| update(company, id, json!({ "notes": notes, "custom_fields": { "No": 1 } }));
    let answers = world
        .store
        .write(vec![unknown("lenient"), with(unknown("strict"), strict), update(company, id, json!({}))])
        .await;
    assert_eq!(answers[0].as_ref().unwrap().ignored, ["custom_fields.No"]);
    assert_eq!(bad_fields(&answers[1]), ["/custom_fields/No"]);
    assert_eq!(answers[2].as_ref().unwrap().action, Action::Unchanged);
    assert_eq!(world.read(company, id).await["notes"], "lenient");
}

async fn the_contact_before_and_after_is_told_where_it_is_asked_for_and_nowhere_else(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let receipt = WriteOptions { receipt: true, ..WriteOptions::default() };
    // Each write of a set tells what it did itself, on top of the ones before it.
    let told = |notes: &str| with(upsert(company, json!({ "email": "a@b.c", "notes": notes })), receipt);
    let plain = upsert(company, json!({ "email": "a@b.c", "notes": "plain" }));
    let written = world.write(vec![told("a"), plain, told("b"), told("b")]).await;
    assert!(written[1].states.is_none());
    let notes = |index: usize| {
        let states = written[index].states.as_deref().unwrap();
        let before = states.before.as_ref().map(|before| before.state.notes.clone().unwrap_or_default());
        (before, states.after.state.notes.clone().unwrap_or_default())
    };
    assert_eq!(notes(0), (None, "a".to_owned()));
    assert_eq!(notes(2), (Some("plain".to_owned()), "b".to_owned()));
    assert_eq!(notes(3), (Some("b".to_owned()), "b".to_owned()));
    assert_eq!(written[3].action, Action::Unchanged);
}
