//! Which of several people with the same phone an upsert with `match=person` matches, within a set and during
//! concurrent writes.

use std::collections::BTreeSet;

use contact_model::matching::PERSON_CANDIDATES;
use contact_model::{CompanyId, ContactCreate, Handling, MatchPolicy, MatchedBy, RequestBody as _};
use contact_store::{Action, ContactWrite, StoreError, WriteOperation, WriteOptions};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, update, upsert};
use crate::inserts::item;

on_both_databases!(
    colleagues_with_one_landline_are_separate_contacts,
    set_matches_people_that_it_created_or_renamed,
    person_without_a_match_by_phone_is_matched_by_email,
    email_of_another_contact_is_ignored_or_refused,
    only_the_oldest_contacts_of_a_phone_are_candidates,
    next_contact_becomes_a_candidate_if_a_set_removes_one,
    set_loads_many_candidates_in_portions,
    concurrent_upserts_of_one_person_create_one_contact,
);

const PHONE: &str = "+49305550101";

fn person(company: CompanyId, body: Value) -> ContactWrite {
    let create = ContactCreate::from_json(&body.to_string()).unwrap().value;
    let operation = WriteOperation::Upsert(Box::new(create.into()), MatchPolicy::Person);
    ContactWrite { operation, ..upsert(company, json!({})) }
}

fn colleague(name: &str, email: &str) -> Value {
    json!({ "phone_number": PHONE, "full_name": name, "email": email })
}

async fn colleagues_with_one_landline_are_separate_contacts(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let rows = ["Anna Example", "Bert Example", "Cara Example"]
        .map(|name| colleague(name, &format!("{}@example.com", &name[..4])));
    // The same rows in one set and then one at a time: the second time changes nothing.
    let written = fixture.write(rows.iter().map(|row| person(company, row.clone())).collect()).await;
    let ids: BTreeSet<_> = written.iter().map(|written| written.id).collect();
    assert_eq!(ids.len(), 3);
    assert!(written.iter().all(|w| w.action == Action::Created && w.matched_by.is_none()));
    for (row, first) in rows.iter().zip(&written) {
        let again = fixture.write(vec![person(company, row.clone())]).await.remove(0);
        assert_eq!((again.id, again.action), (first.id, Action::Unchanged));
        assert_eq!(again.matched_by, Some(MatchedBy::Phone));
        assert_eq!(fixture.read(company, first.id).await["phone"], PHONE);
    }
    let by_name =
        fixture.write(vec![person(company, json!({ "phone_number": PHONE, "full_name": "B. Example" }))]);
    assert_eq!(by_name.await[0].id, written[1].id);
    let by_email = colleague("Cara Married", "CARA@example.com");
    assert_eq!(fixture.write(vec![person(company, by_email)]).await[0].id, written[2].id);
    // The first name and the last name are compared, too, if they are sent without the full name.
    let parts = json!({ "phone_number": PHONE, "first_name": "Anna", "last_name": "Example" });
    assert_eq!(fixture.write(vec![person(company, parts)]).await[0].id, written[0].id);
    // Without name and email the oldest contact matches.
    let bare = person(company, json!({ "phone_number": PHONE }));
    assert_eq!(fixture.write(vec![bare]).await[0].id, written[0].id);
}

async fn set_matches_people_that_it_created_or_renamed(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let anna = fixture.create(company, colleague("Anna Example", "anna@example.com")).await;
    let bert = fixture.create(company, json!({ "full_name": "Bert Example" })).await;
    let written = fixture
        .write(vec![
            update(company, bert, json!({ "phone_number": PHONE })),
            person(company, json!({ "phone_number": PHONE, "full_name": "Bert Example", "notes": "a" })),
            update(company, anna, json!({ "full_name": "Dora Dean", "email": "dora@example.com" })),
            person(company, json!({ "phone_number": PHONE, "full_name": "D. Dean", "notes": "b" })),
            person(company, json!({ "phone_number": PHONE, "full_name": "Anna Example", "notes": "c" })),
            item(company, "delete", json!({ "id": bert })),
            person(company, json!({ "phone_number": PHONE, "full_name": "Bert Example", "notes": "d" })),
            person(company, json!({ "phone_number": PHONE, "full_name": "Anna Example", "notes": "e" })),
        ])
        .await;
    assert_eq!([written[1].id, written[3].id], [bert, anna]);
    assert_eq!((written[4].action, written[6].action), (Action::Created, Action::Created));
    assert!(written[6].id != bert);
    assert_eq!(written[7].id, written[4].id);
}

async fn person_without_a_match_by_phone_is_matched_by_email(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.create(company, colleague("Anna Example", "anna@example.com")).await;
    let old =
        json!({ "phone_number": "+14155552671", "full_name": "Bert Example", "email": "bert@example.com" });
    let bert = fixture.create(company, old).await;
    let written = fixture.write(vec![person(company, colleague("Bert Example", "bert@example.com"))]).await;
    assert_eq!((written[0].id, written[0].matched_by), (bert, Some(MatchedBy::Email)));
    assert!(written[0].ignored.is_empty());
    assert_eq!(
        fixture.read(company, bert).await["phone"],
        PHONE,
        "the contact gets the phone that other contacts also have"
    );
}

async fn email_of_another_contact_is_ignored_or_refused(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let anna = fixture.create(company, json!({ "phone_number": PHONE, "full_name": "Anna Example" })).await;
    let other = fixture.create(company, json!({ "email": "office@example.com" })).await;
    let row = colleague("Anna Example", "office@example.com");
    let strict = WriteOptions { handling: Handling::Strict, ..WriteOptions::default() };
    let refused = ContactWrite { options: strict, ..person(company, row.clone()) };
    let Err(StoreError::ContactsCollide(collision)) = fixture.store.write_one(refused).await else {
        panic!()
    };
    assert_eq!([collision.by_phone, collision.by_email], [anna, other]);
    let written = fixture.write(vec![person(company, row)]).await.remove(0);
    assert_eq!((written.id, written.ignored), (anna, vec!["email".to_owned()]));
    // Strict handling also distinguishes people.
    let bert = colleague("Bert Example", "bert@example.com");
    let created = ContactWrite { options: strict, ..person(company, bert) };
    assert_eq!(fixture.write(vec![created]).await[0].action, Action::Created);
}

/// Creates more contacts with the phone than there may be candidates; returns them, oldest first.
async fn contacts_with_phone(fixture: &Fixture, company: CompanyId) -> Vec<contact_model::ContactId> {
    let mut contacts = Vec::new();
    for n in 0..PERSON_CANDIDATES + 5 {
        let body = json!({ "full_name": format!("Person{n}x Doe"), "email": format!("{n}@example.com") });
        let id = fixture.create(company, body).await;
        fixture.write(vec![update(company, id, json!({ "phone_number": PHONE }))]).await;
        contacts.push(id);
    }
    contacts
}

async fn only_the_oldest_contacts_of_a_phone_are_candidates(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contacts = contacts_with_phone(&fixture, company).await;
    let named = |n: usize| json!({ "phone_number": PHONE, "full_name": format!("Person{n}x Doe") });
    let last = PERSON_CANDIDATES - 1;
    assert_eq!(fixture.write(vec![person(company, named(last))]).await[0].id, contacts[last]);
    let next = fixture.write(vec![person(company, named(last + 1))]).await.remove(0);
    assert_eq!(next.action, Action::Created);
    let with_email = colleague("Another Person", &format!("{}@example.com", last + 2));
    let by_email = fixture.write(vec![person(company, with_email)]).await.remove(0);
    assert_eq!((by_email.id, by_email.matched_by), (contacts[last + 2], Some(MatchedBy::Email)));
}

async fn next_contact_becomes_a_candidate_if_a_set_removes_one(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contacts = contacts_with_phone(&fixture, company).await;
    let named =
        |n: usize| json!({ "phone_number": PHONE, "full_name": format!("Person{n}x Doe"), "notes": "x" });
    let written = fixture
        .write(vec![
            person(company, named(0)),
            update(company, contacts[3], json!({ "phone_number": null })),
            item(company, "delete", json!({ "id": contacts[4] })),
            person(company, named(PERSON_CANDIDATES)),
            person(company, named(PERSON_CANDIDATES + 1)),
            person(company, named(PERSON_CANDIDATES + 2)),
        ])
        .await;
    let matched: Vec<_> = [0, 3, 4].iter().map(|n| written[*n].id).collect();
    assert_eq!(matched, [contacts[0], contacts[PERSON_CANDIDATES], contacts[PERSON_CANDIDATES + 1]]);
    assert_eq!(written[5].action, Action::Created);
}

async fn set_loads_many_candidates_in_portions(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    // More contacts than a set loads at once.
    let phones: Vec<String> = (0..155).map(|number| format!("+4930555{number:05}")).collect();
    let name = |number: usize| {
        format!("{} Example", ["Anna", "Bert", "Cara", "Dora"][number % 4].repeat(number / 4 + 1))
    };
    let inserts = |phone: &String| -> Vec<ContactWrite> {
        let named = |number| item(company, "insert", json!({ "phone": phone, "name": name(number) }));
        (0..PERSON_CANDIDATES).map(named).collect()
    };
    let mut youngest = Vec::new();
    for phones in phones.chunks(40) {
        let inserted = fixture.write(phones.iter().flat_map(inserts).collect()).await;
        youngest.extend(inserted.chunks(PERSON_CANDIDATES).map(|contacts| contacts.last().unwrap().id));
    }
    let last = name(PERSON_CANDIDATES - 1);
    let upsert_last =
        |phone: &String| person(company, json!({ "phone_number": phone, "full_name": last, "notes": "a" }));
    let mut writes: Vec<ContactWrite> = phones.iter().map(upsert_last).collect();
    // The last write matches the contact that the first write changed.
    let renamed = json!({ "full_name": "Eve Other", "phone_number": phones[0] });
    writes.insert(0, update(company, youngest[0], renamed.clone()));
    writes[1] = person(company, renamed.clone());
    writes.push(person(company, renamed));
    let written = fixture.store.write_atomically(writes, None, None).await.unwrap();
    let ids: Vec<_> = written.iter().map(|written| written.id).collect();
    assert_eq!(ids[1..ids.len() - 1], youngest);
    assert_eq!(ids.last(), youngest.first());
    assert!(written[2..ids.len() - 1].iter().all(|written| written.action == Action::Updated));
}

async fn concurrent_upserts_of_one_person_create_one_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let stores = [fixture.store.clone(), fixture.another_store().await];
    for round in 0..5 {
        let mut callers = tokio::task::JoinSet::new();
        for caller in 0..24 {
            let store = stores[caller % 2].clone();
            let name = ["Anna Example", "Bert Example", "Cara Example"][caller % 3];
            let body = match caller % 4 {
                0 => json!({ "phone_number": format!("+4930555010{round}"), "full_name": name }),
                _ => json!({
                    "phone_number": format!("+4930555010{round}"), "full_name": name,
                    "email": format!("{}.{round}@example.com", &name[..4]),
                }),
            };
            callers.spawn(async move { store.write_one(person(company, body)).await.unwrap() });
        }
        let written = callers.join_all().await;
        let ids: BTreeSet<_> = written.iter().map(|w| w.id).collect();
        assert_eq!(ids.len(), 3, "round {round}");
        assert_eq!(written.iter().filter(|w| w.action == Action::Created).count(), 3);
    }
    stores[1].close().await;
}
