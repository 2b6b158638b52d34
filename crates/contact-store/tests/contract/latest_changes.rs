//! The list of latest changes while contacts change again and again.

use std::collections::BTreeMap;

use contact_model::list::{ContactQuery, Filters};
use contact_model::{ContactId, Timestamp};
use contact_store::{ReadHistory, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{ALL, Fixture, update};
use crate::list_reference::updated;
use crate::lists::{Population, exactly};
use crate::schema::Rows;

on_both_databases!(contacts_that_change_again_are_listed_once);

async fn contacts_that_change_again_are_listed_once(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let mut contacts = Vec::new();
    for n in 0..20 {
        contacts.push(fixture.create(company, json!({ "full_name": format!("Jane {n}") })).await);
    }
    let population = Population { fixture, company };
    let by_change = ContactQuery {
        sort: "updated_at".parse().unwrap(),
        include: ALL,
        page_size: 3,
        count: true,
        ..ContactQuery::default()
    };
    let (mut largest, mut updates) = (0, BTreeMap::<ContactId, usize>::new());
    for round in 0..60 {
        // Each round changes other contacts, some of them twice.
        let mut changed = vec![round % 20, (round * 7 + 3) % 20, (round * 7 + 3) % 20];
        changed.truncate(1 + round % 3);
        for (number, n) in changed.into_iter().enumerate() {
            let contact = contacts.remove(n);
            contacts.push(contact);
            *updates.entry(contact).or_default() += 1;
            let notes = json!({ "notes": format!("Round {round}, change {number}") });
            population.fixture.write(vec![update(company, contact, notes)]).await;
        }
        let listed = population.read_all(&by_change).await;
        let ids: Vec<ContactId> = listed.iter().map(|contact| contact.id).collect();
        assert_eq!(ids, contacts, "round {round}");

        let middle = updated(&listed[12]);
        for (filters, expected) in [
            (Filters::new().updated_before(middle), &contacts[..12]),
            (Filters::new().updated_after(middle), &contacts[12..]),
        ] {
            for sort in ["updated_at", "created_at", "name"] {
                let sort = sort.parse().unwrap();
                let query = ContactQuery { filters: filters.clone(), sort, ..by_change.clone() };
                let mut found: Vec<ContactId> =
                    population.read_all(&query).await.iter().map(|contact| contact.id).collect();
                let mut expected = expected.to_vec();
                found.sort();
                expected.sort();
                assert_eq!(found, expected, "round {round}, {query:?}");
                let count = population.page(&query).await.count;
                assert_eq!(count, exactly(expected.len() as u64));
            }
        }
        largest = largest.max(rows(&population.fixture).await);
    }
    match backend {
        Backend::Sqlite => assert!((21..60).contains(&largest), "outdated rows are removed later: {largest}"),
        Backend::Postgres => assert_eq!(largest, 20),
    }

    for contact in contacts {
        let history = ReadHistory { company_id: company, contact_id: contact, cursor: None, size: 200 };
        let entries = population.fixture.store.run(history).await.unwrap().entries;
        assert_eq!(entries.len(), 1 + updates[&contact], "the history has all changes");
        assert_eq!(entries.last().unwrap().action.as_str(), "created");
        population.fixture.write(vec![population.to(WriteOperation::Delete(contact))]).await;
        let restore = WriteOperation::Restore(contact, Timestamp::from_micros(0).unwrap());
        population.fixture.write(vec![population.to(restore)]).await;
    }
    assert_eq!(population.read_all(&by_change).await.len(), 20);
}

/// Returns the number of rows of the list of latest changes.
async fn rows(fixture: &Fixture) -> usize {
    let rows = Rows::open(&fixture.database).await;
    let counted = rows.texts("SELECT CAST(count(*) AS text) FROM latest_changes", 1).await;
    rows.close().await;
    counted[0][0].as_ref().unwrap().parse().unwrap()
}
