//! Properties of an update, for any body and any contact.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod strategies;

use contact_model::body::BodyError;
use contact_model::{ContactState, ContactUpdate, RequestBody as _, name};
use proptest::prelude::*;

use strategies::{body, state, text};

fn read(body: &str) -> ContactUpdate {
    ContactUpdate::from_json(body.as_bytes()).expect("the body is valid").value
}

fn apply(update: &ContactUpdate, before: &ContactState) -> ContactState {
    let mut contact = before.clone();
    update.apply(&mut contact).expect("the tags are within the limit");
    contact
}

#[test]
fn all_contradicting_keys_are_reported() {
    for (body, named) in [
        (r#"{"tags":[],"add_tags":["a"],"remove_tags":["b"]}"#, &["/add_tags", "/remove_tags"][..]),
        (r#"{"tags":null,"add_tags":["a"]}"#, &["/tags", "/add_tags"]),
        (r#"{"add_tags":["a","b"],"remove_tags":["c","b","a"]}"#, &["/remove_tags/1", "/remove_tags/2"]),
        (r#"{"add_tags":null,"remove_tags":[7]}"#, &["/add_tags", "/remove_tags/0"]),
    ] {
        let BodyError::Fields { violations: bad, .. } = ContactUpdate::from_json(body).unwrap_err() else {
            panic!("{body}")
        };
        let found: Vec<_> = bad.as_slice().iter().map(|violation| violation.pointer.as_str()).collect();
        assert_eq!(found, named, "{body}");
    }
}

proptest! {
    #[test]
    fn an_update_survives_a_round_trip(body in body()) {
        let once = read(&body.to_string());
        let written = serde_json::to_string(&once).unwrap();
        prop_assert_eq!(read(&written), once);
    }

    #[test]
    fn the_order_of_the_keys_has_no_effect(body in body()) {
        let mut reversed: Vec<_> = body.as_object().unwrap().clone().into_iter().collect();
        reversed.reverse();
        let reversed = serde_json::Value::Object(reversed.into_iter().collect());
        prop_assert_eq!(read(&reversed.to_string()), read(&body.to_string()));
    }

    #[test]
    fn applying_is_idempotent(body in body(), before in state()) {
        let update = read(&body.to_string());
        let once = apply(&update, &before);
        prop_assert_eq!(apply(&update, &once), once);
    }

    #[test]
    fn fields_that_are_not_sent_are_unchanged(body in body(), before in state()) {
        let after = apply(&read(&body.to_string()), &before);
        let sent = |key: &str| body.get(key).is_some();
        prop_assert!(sent("email") || after.email == before.email);
        prop_assert!(sent("phone_number") || after.phone == before.phone);
        prop_assert!(sent("business_name") || after.business_name == before.business_name);
        prop_assert!(sent("notes") || after.notes == before.notes);
        prop_assert!(sent("tags") || after.tags == before.tags);
        prop_assert!(sent("is_dnd") || after.is_dnd == before.is_dnd);
        prop_assert!(sent("lead_source") || after.lead_source == before.lead_source);
        prop_assert!(sent("full_name") || sent("first_name") || after.first_name == before.first_name);
        prop_assert!(sent("full_name") || sent("last_name") || after.last_name == before.last_name);
        let names = sent("full_name") || sent("first_name") || sent("last_name");
        prop_assert!(names || after.name == before.name);
    }

    #[test]
    fn values_are_stored_as_sent(body in body(), before in state()) {
        let after = apply(&read(&body.to_string()), &before);
        let texts = [("phone_number", &after.phone), ("business_name", &after.business_name), ("notes", &after.notes)];
        for (key, stored) in texts {
            if let Some(sent) = body.get(key) {
                prop_assert_eq!(stored.as_deref(), sent.as_str(), "{}", key);
            }
        }
        if let Some(sent) = body.get("email") {
            prop_assert_eq!(after.email.as_deref(), sent.as_str().filter(|email| !email.is_empty()));
        }
        if let Some(sent) = body.get("tags") {
            prop_assert_eq!(serde_json::json!(after.tags), sent.clone());
        }
    }

    #[test]
    fn a_full_name_sets_all_names_and_a_sent_part_takes_precedence(
        full in text(), first in text(), last in text(), before in state(),
    ) {
        let update = ContactUpdate::new().full_name(full.clone()).first_name(first.clone());
        let after = apply(&update, &before);
        prop_assert_eq!(after.name.as_deref(), Some(full.as_str()));
        prop_assert_eq!(after.first_name.as_deref(), Some(first.as_str()));
        prop_assert_eq!(after.last_name, name::split(&full).last);

        let parts = ContactUpdate::new().last_name(last.clone());
        let after = apply(&parts, &before);
        prop_assert_eq!(after.name, name::compose(before.first_name.as_deref(), Some(&last)));
    }

    #[test]
    fn tags_are_added_and_removed_and_nothing_else_changes(
        added in prop::collection::vec("[a-d]", 0..4),
        removed in prop::collection::vec("[e-h]", 0..4),
        before in state(),
    ) {
        let update = ContactUpdate::new().add_tags(added.clone()).remove_tags(removed.clone());
        let body = serde_json::to_string(&update).unwrap();
        let after = apply(&read(&body), &before);
        prop_assert_eq!(&after.tags, &contact_model::tags::change(&before.tags, &added, &removed).unwrap());
        prop_assert_eq!(ContactState { tags: before.tags.clone(), ..after }, before);
    }

    #[test]
    fn an_empty_update_changes_nothing(before in state()) {
        prop_assert_eq!(apply(&read("{}"), &before), before);
    }
}
