//! Properties of a create, for any body and any contact.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod strategies;

use std::collections::HashSet;

use contact_model::{
    ContactCreate, ContactState, ContactUpdate, Country, LeadSource, RequestBody as _, invisible, name,
};
use proptest::prelude::*;

use strategies::{body, state, text};

fn read(body: &str) -> ContactCreate {
    ContactCreate::from_json(body.as_bytes()).expect("the body is valid").value
}

fn apply(create: &ContactCreate, before: &ContactState, country: Country) -> ContactState {
    let mut contact = before.clone();
    create.apply(&mut contact, country).expect("the tags are within the limit");
    contact
}

fn country() -> impl Strategy<Value = Country> {
    prop::sample::select(vec!["US", "GB", "DE"]).prop_map(|code| code.parse().unwrap())
}

proptest! {
    #[test]
    fn a_create_survives_a_round_trip(body in body()) {
        let once = read(&body.to_string());
        let written = serde_json::to_string(&once).unwrap();
        prop_assert_eq!(read(&written), once);
    }

    #[test]
    fn applying_is_idempotent(body in body(), before in state(), country in country()) {
        let create = read(&body.to_string());
        let once = apply(&create, &before, country);
        prop_assert_eq!(apply(&create, &once, country), once);
    }

    #[test]
    fn a_create_matches_the_contact_that_it_created(body in body(), country in country()) {
        let create = read(&body.to_string());
        let created = apply(&create, &ContactState::default(), country);
        let keys = create.matching_keys(country);
        prop_assert_eq!(created.phone_key(country), keys.phone);
        prop_assert_eq!(created.email_key(), keys.email);
    }

    #[test]
    fn a_key_is_the_stored_value_without_white_space(body in body(), country in country()) {
        let created = apply(&read(&body.to_string()), &ContactState::default(), country);
        if let Some(key) = created.phone_key(country) {
            prop_assert_eq!(key, invisible::compact(created.phone.as_deref().unwrap_or_default()));
        }
        if let Some(key) = created.email_key() {
            prop_assert_eq!(Some(key), created.email);
        }
    }

    #[test]
    fn a_create_finds_a_contact_by_the_values_of_an_update(phone in text(), country in country()) {
        let mut contact = ContactState::default();
        ContactUpdate::new().phone_number(phone.clone()).apply(&mut contact).unwrap();
        let create = ContactCreate::new().phone_number(phone);
        prop_assert_eq!(contact.phone_key(country), create.matching_keys(country).phone);
    }

    #[test]
    fn existing_tags_come_first_and_duplicates_are_removed(
        existing in prop::collection::vec("[a-d]{0,2}", 0..9),
        sent in prop::collection::vec("[a-d]{0,2}", 0..9),
    ) {
        let before = ContactState { tags: existing.clone(), ..ContactState::default() };
        let create = ContactCreate::new().tags(sent.clone());
        let merged = apply(&create, &before, Country::US).tags;
        let mut seen = HashSet::new();
        let expected: Vec<String> =
            existing.into_iter().chain(sent).filter(|tag| seen.insert(tag.clone())).collect();
        prop_assert_eq!(merged, expected);
    }

    #[test]
    fn the_first_and_last_name_are_parts_of_the_stored_name(full in text(), before in state()) {
        let create = ContactCreate::new().full_name(full);
        let after = apply(&create, &before, Country::US);
        let parts = name::split(after.name.as_deref().unwrap_or_default());
        prop_assert_eq!((after.first_name, after.last_name), (parts.first, parts.last));
    }

    #[test]
    fn empty_create_creates_an_empty_contact_and_changes_no_existing_one(
        before in state(),
        country in country(),
    ) {
        let create = read("{}");
        prop_assert_eq!(apply(&create, &before, country), before);
        let created = apply(&create, &ContactState::default(), country);
        prop_assert_eq!(created.lead_source, LeadSource::Api);
        prop_assert!(created.name.is_none() && created.phone.is_none() && created.tags.is_empty() && !created.is_dnd);
    }
}
