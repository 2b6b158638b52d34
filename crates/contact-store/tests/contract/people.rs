//! Which of several people with one phone an upsert with `match=person` hits, within a set and where
//! others write at once.

use std::collections::BTreeSet;

use contact_model::matching::PERSON_CANDIDATES;
use contact_model::{CompanyId, ContactCreate, Handling, MatchPolicy, MatchedBy, RequestBody as _};
use contact_store::{Action, ContactWrite, StoreError, WriteOperation, WriteOptions};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::inserts::item;
use crate::world::{World, update, upsert};

on_both_databases!(
    colleagues_with_one_landline_stay_apart,
    a_set_sees_the_people_that_it_made_and_renamed,
    a_person_that_no_phone_leads_to_is_found_by_email,
    an_email_of_another_contact_is_left_out_or_refused,
    only_the_oldest_contacts_of_a_phone_are_looked_at,
    the_next_contact_is_looked_at_if_a_set_takes_one_away,
    a_set_that_looks_at_many_contacts_loads_them_in_portions,
    concurrent_upserts_of_one_person_make_one_contact,
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

async fn colleagues_with_one_landline_stay_apart(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let rows = ["Anna Example", "Bert Example", "Cara Example"]
        .map(|name| colleague(name, &format!("{}@example.com", &name[..4])));
    // All at once, and then one at a time: nothing changes.
    let written = world.write(rows.iter().map(|row| person(company, row.clone())).collect()).await;
    let ids: BTreeSet<_> = written.iter().map(|written| written.id).collect();
    assert_eq!(ids.len(), 3);
    assert!(written.iter().all(|w| w.action == Action::Created && w.matched_by.is_none()));
    for (row, first) in rows.iter().zip(&written) {
        let again = world.write(vec![person(company, row.clone())]).await.remove(0);
        assert_eq!((again.id, again.action), (first.id, Action::Unchanged));
        assert_eq!(again.matched_by, Some(MatchedBy::Phone));
        assert_eq!(world.read(company, first.id).await["phone"], PHONE);
    }
    let by_name =
        world.write(vec![person(company, json!({ "phone_number": PHONE, "full_name": "B. Example" }))]);
    assert_eq!(by_name.await[0].id, written[1].id);
    let by_email = colleague("Cara Married", "CARA@example.com");
    assert_eq!(world.write(vec![person(company, by_email)]).await[0].id, written[2].id);
    // The first name and the last name are compared, too, if they are sent without the full name.
    let parts = json!({ "phone_number": PHONE, "first_name": "Anna", "last_name": "Example" });
    assert_eq!(world.write(vec![person(company, parts)]).await[0].id, written[0].id);
    // Without name and email nothing contradicts, so the oldest counts.
    let bare = person(company, json!({ "phone_number": PHONE }));
    assert_eq!(world.write(vec![bare]).await[0].id, written[0].id);
}

async fn a_set_sees_the_people_that_it_made_and_renamed(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let anna = world.create(company, colleague("Anna Example", "anna@example.com")).await;
    let bert = world.create(company, json!({ "full_name": "Bert Example" })).await;
    let written = world
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

async fn a_person_that_no_phone_leads_to_is_found_by_email(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    world.create(company, colleague("Anna Example", "anna@example.com")).await;
    let old =
        json!({ "phone_number": "+14155552671", "full_name": "Bert Example", "email": "bert@example.com" });
    let bert = world.create(company, old).await;
    let written = world.write(vec![person(company, colleague("Bert Example", "bert@example.com"))]).await;
    assert_eq!((written[0].id, written[0].matched_by), (bert, Some(MatchedBy::Email)));
    assert!(written[0].ignored.is_empty());
    assert_eq!(world.read(company, bert).await["phone"], PHONE, "he gets the phone that others have, too");
}

async fn an_email_of_another_contact_is_left_out_or_refused(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let anna = world.create(company, json!({ "phone_number": PHONE, "full_name": "Anna Example" })).await;
    let other = world.create(company, json!({ "email": "office@example.com" })).await;
    let row = colleague("Anna Example", "office@example.com");
    let strict = WriteOptions { handling: Handling::Strict, ..WriteOptions::default() };
    let refused = ContactWrite { options: strict, ..person(company, row.clone()) };
    let Err(StoreError::ContactsCollide(collision)) = world.store.write_one(refused).await else { panic!() };
    assert_eq!([collision.by_phone, collision.by_email], [anna, other]);
    let written = world.write(vec![person(company, row)]).await.remove(0);
    assert_eq!((written.id, written.ignored), (anna, vec!["email".to_owned()]));
    // Strict handling also distinguishes people.
    let bert = colleague("Bert Example", "bert@example.com");
    let created = ContactWrite { options: strict, ..person(company, bert) };
    assert_eq!(world.write(vec![created]).await[0].action, Action::Created);
}

/// Contacts with the phone, more than are looked at, the oldest first.
async fn crowd(world: &World, company: CompanyId) -> Vec<contact_model::ContactId> {
    let mut crowd = Vec::new();
    for n in 0..PERSON_CANDIDATES + 5 {
        let body = json!({ "full_name": format!("Person{n}x Doe"), "email": format!("{n}@example.com") });
        let id = world.create(company, body).await;
        world.write(vec![update(company, id, json!({ "phone_number": PHONE }))]).await;
        crowd.push(id);
    }
    crowd
}

async fn only_the_oldest_contacts_of_a_phone_are_looked_at(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let crowd = crowd(&world, company).await;
    let named = |n: usize| json!({ "phone_number": PHONE, "full_name": format!("Person{n}x Doe") });
    let last = PERSON_CANDIDATES - 1;
    assert_eq!(world.write(vec![person(company, named(last))]).await[0].id, crowd[last]);
    let behind = world.write(vec![person(company, named(last + 1))]).await.remove(0);
    assert_eq!(behind.action, Action::Created);
    let with_email = colleague("Somebody Else", &format!("{}@example.com", last + 2));
    let by_email = world.write(vec![person(company, with_email)]).await.remove(0);
    assert_eq!((by_email.id, by_email.matched_by), (crowd[last + 2], Some(MatchedBy::Email)));
}

async fn the_next_contact_is_looked_at_if_a_set_takes_one_away(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let crowd = crowd(&world, company).await;
    let named =
        |n: usize| json!({ "phone_number": PHONE, "full_name": format!("Person{n}x Doe"), "notes": "x" });
    let written = world
        .write(vec![
            person(company, named(0)),
            update(company, crowd[3], json!({ "phone_number": null })),
            item(company, "delete", json!({ "id": crowd[4] })),
            person(company, named(PERSON_CANDIDATES)),
            person(company, named(PERSON_CANDIDATES + 1)),
            person(company, named(PERSON_CANDIDATES + 2)),
        ])
        .await;
    let hit: Vec<_> = [0, 3, 4].iter().map(|n| written[*n].id).collect();
    assert_eq!(hit, [crowd[0], crowd[PERSON_CANDIDATES], crowd[PERSON_CANDIDATES + 1]]);
    assert_eq!(written[5].action, Action::Created);
}

async fn a_set_that_looks_at_many_contacts_loads_them_in_portions(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    // More contacts than a set loads together.
    let phones: Vec<String> = (0..155).map(|number| format!("+4930555{number:05}")).collect();
    let name = |number: usize| {
        format!("{} Example", ["Anna", "Bert", "Cara", "Dora"][number % 4].repeat(number / 4 + 1))
    };
    let make = |phone: &String| -> Vec<ContactWrite> {
        let named = |number| item(company, "insert", json!({ "phone": phone, "name": name(number) }));
        (0..PERSON_CANDIDATES).map(named).collect()
    };
    let mut youngest = Vec::new();
    for phones in phones.chunks(40) {
        let made = world.write(phones.iter().flat_map(make).collect()).await;
        youngest.extend(made.chunks(PERSON_CANDIDATES).map(|made| made.last().unwrap().id));
    }
    let last = name(PERSON_CANDIDATES - 1);
    let sent =
        |phone: &String| person(company, json!({ "phone_number": phone, "full_name": last, "notes": "a" }));
    let mut writes: Vec<ContactWrite> = phones.iter().map(sent).collect();
    // The last one looks for what the first one left.
    let renamed = json!({ "full_name": "Eve Other", "phone_number": phones[0] });
    writes.insert(0, update(company, youngest[0], renamed.clone()));
    writes[1] = person(company, renamed.clone());
    writes.push(person(company, renamed));
    let written = world.store.write_atomically(writes, None, None).await.unwrap();
    let ids: Vec<_> = written.iter().map(|written| written.id).collect();
    assert_eq!(ids[1..ids.len() - 1], youngest);
    assert_eq!(ids.last(), youngest.first());
    assert!(written[2..ids.len() - 1].iter().all(|written| written.action == Action::Updated));
}

async fn concurrent_upserts_of_one_person_make_one_contact(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let stores = [world.store.clone(), world.another_store().await];
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
