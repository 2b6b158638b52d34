//! Compares lists with a reference that filters and sorts in memory: all filters and orders, page by page in both
//! directions.

use contact_model::list::{ContactQuery, Cursor, Filters, ListCount, Sort, SortKey};
use contact_model::search::Search;
use contact_model::{CompanyId, Contact, ContactId, CustomFieldType, LeadSource, Timestamp};
use contact_store::{ContactListing, ContactPage, ContactWrite, StoreError, TagChange, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::fixture::{ALL, Fixture, invalid_fields, thread, update, upsert};
use crate::list_reference::{expected, queries, updated};

on_both_databases!(
    lists_equal_the_reference_for_all_filters_and_orders,
    filter_without_a_key_finds_nothing,
    list_contains_no_contacts_of_other_companies,
    unknown_custom_field_is_refused,
    pages_neither_skip_nor_repeat_contacts_during_writes,
);

/// A company with contacts that have few different values, some of them deleted, restored, erased or changed.
pub(crate) struct Population {
    pub(crate) fixture: Fixture,
    pub(crate) company: CompanyId,
}

impl Population {
    async fn create(backend: Backend) -> Self {
        let fixture = Fixture::new(backend).await;
        let company = fixture.company().await;
        fixture.field(company, "Plan", CustomFieldType::Any).await;
        let agent = fixture.agent(company, "Front desk").await;
        let names = [
            "Jane Doe",
            "jané  doe",
            "Zoë",
            "Ångström Doe",
            "",
            "Łukasz",
            "Doe Ltd 7",
            "Pat O’Brien",
            "田中太郎",
            "김민준 0007",
            "Þór",
        ];
        let mut contacts = Vec::new();
        for n in 0..90 {
            let mut body = json!({
                "full_name": names[n % names.len()],
                "tags": [format!("t{}", n % 3), format!("u{}", n % 5)],
                "lead_source": LeadSource::ALL[n % 4].as_str(),
                "is_dnd": n % 7 == 0,
                "custom_fields": { "Plan": if n % 2 == 0 { json!("gold") } else { json!(n % 4) } },
            });
            if n % 3 != 0 {
                body["phone_number"] = json!(format!("+1415555{:04}", 2600 + n));
            }
            if n % 30 == 0 {
                body["phone_number"] = json!("N/A");
                body["email"] = json!("none");
            }
            if n % 4 != 0 {
                body["email"] = json!(format!("jane.{n}@example{}.com", n % 2));
            }
            contacts.push(fixture.create(company, body).await);
        }
        for (n, id) in contacts.iter().enumerate().step_by(5) {
            let at = format!("2026-01-{:02}T00:00:00Z", 1 + n % 9);
            fixture.write(vec![thread(company, *id, agent.id, &at)]).await;
        }
        let population = Self { fixture, company };
        for (n, id) in contacts.into_iter().enumerate() {
            let writes = match n % 10 {
                1 => vec![update(company, id, json!({ "full_name": "Renamed Person", "email": "" }))],
                2 => vec![population.to(WriteOperation::Delete(id))],
                3 => vec![population.to(WriteOperation::Delete(id)), population.to(restore(id))],
                4 => vec![update(company, id, json!({ "tags": ["t1", "moved", "moved"] }))],
                6 => vec![population.to(WriteOperation::Erase(id))],
                7 => vec![population.to(WriteOperation::ChangeTags(id, TagChange::Remove("t0".to_owned())))],
                8 => vec![update(company, id, json!({ "phone_number": format!("(415) 555-{}", 2600 + n) }))],
                9 => vec![update(company, id, json!({ "custom_fields": { "Plan": null }, "is_dnd": true }))],
                _ => Vec::new(),
            };
            population.fixture.write(writes).await;
        }
        population
    }

    pub(crate) fn to(&self, operation: WriteOperation) -> ContactWrite {
        ContactWrite::new(self.company, operation, ALL)
    }

    pub(crate) async fn page(&self, query: &ContactQuery) -> ContactPage {
        let listing = ContactListing { company_id: self.company, query: query.clone() };
        self.fixture.store.list(listing).await.unwrap()
    }

    /// Reads all pages of a list forwards and backwards; returns its contacts.
    pub(crate) async fn read_all(&self, query: &ContactQuery) -> Vec<Contact> {
        let mut query = query.clone();
        let mut pages = Vec::new();
        loop {
            let page = self.page(&query).await;
            assert!(page.contacts.len() <= usize::from(query.page_size));
            let next = page.next.clone();
            pages.push(page);
            match next {
                Some(next) => query.cursor = Some(decode_again(next, &query)),
                None => break,
            }
        }
        let mut previous = pages.last().and_then(|page| page.previous.clone());
        for page in pages.iter().rev().skip(1) {
            query.cursor = Some(decode_again(previous.expect("there is a previous page"), &query));
            let back = self.page(&query).await;
            assert_eq!(back.contacts, page.contacts, "the previous page of {query:?}");
            previous = back.previous;
        }
        assert_eq!(previous, None, "the first page of {query:?} has no previous page");
        pages.into_iter().flat_map(|page| page.contacts).collect()
    }
}

/// Returns an exact count.
pub(crate) fn exactly(contacts: u64) -> Option<ListCount> {
    Some(ListCount { contacts, is_exact: true })
}

fn restore(id: ContactId) -> WriteOperation {
    WriteOperation::Restore(id, Timestamp::from_micros(0).unwrap())
}

/// Encodes and decodes a cursor.
fn decode_again(cursor: Cursor, query: &ContactQuery) -> Cursor {
    let read = Cursor::decode(&cursor.encode(query), query).unwrap();
    assert_eq!(read, cursor);
    read
}

#[expect(clippy::result_large_err, reason = "proptest's own error")]
async fn lists_equal_the_reference_for_all_filters_and_orders(backend: Backend) {
    let population = Population::create(backend).await;
    let all =
        population.read_all(&ContactQuery { include: ALL, page_size: 7, ..ContactQuery::default() }).await;
    assert_eq!(all.len(), 90 - 9 - 9, "deleted and erased contacts are not listed");
    let times = all.iter().step_by(9).flat_map(|contact| [contact.created_at.unwrap(), updated(contact)]);
    let mut runner = TestRunner::new(Config { cases: 300, ..Config::default() });
    let runtime = tokio::runtime::Handle::current();
    let found = std::cell::Cell::new(0);
    tokio::task::block_in_place(|| {
        runner.run(&queries(times.collect()), |query| {
            let listed = runtime.block_on(population.read_all(&query));
            let ids: Vec<ContactId> = listed.iter().map(|contact| contact.id).collect();
            prop_assert_eq!(&ids, &expected(&all, &query));
            let page = runtime.block_on(population.page(&query));
            prop_assert_eq!(page.count, exactly(ids.len() as u64));
            found.set(found.get() + ids.len());
            Ok(())
        })
    })
    .unwrap();
    assert!(found.get() > 1_000, "the queries find contacts: {}", found.get());
}

async fn filter_without_a_key_finds_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.create(company, json!({ "phone_number": "N/A", "email": "none" })).await;
    for filters in [Filters::new().phone("N/A"), Filters::new().email("none")] {
        let query = ContactQuery { filters, count: true, ..ContactQuery::default() };
        let page = fixture.store.list(ContactListing { company_id: company, query }).await.unwrap();
        assert_eq!((page.contacts, page.count), (Vec::new(), exactly(0)));
    }
}

async fn list_contains_no_contacts_of_other_companies(backend: Backend) {
    let population = Population::create(backend).await;
    let other = population.fixture.company().await;
    let tagged = json!({ "full_name": "Jane Doe", "tags": ["t0"], "email": "jane@example.com" });
    let own = population.fixture.create(other, tagged).await;
    let other = Population { fixture: population.fixture, company: other };
    for search in [Search::default(), Search::parse("jane").unwrap()] {
        for key in SortKey::NOT_DELETED {
            let sort = Sort { key, descending: false };
            let query = ContactQuery { search: search.clone(), sort, count: true, ..ContactQuery::default() };
            let page = other.page(&query).await;
            assert_eq!(page.contacts.iter().map(|contact| contact.id).collect::<Vec<_>>(), [own]);
            assert_eq!((page.count, page.next, page.previous), (exactly(1), None, None));
        }
    }
}

async fn unknown_custom_field_is_refused(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Seats", CustomFieldType::Number).await;
    let sent = [("Nothing", "1"), ("Seats", "many")];
    let custom_fields = sent.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let filters = Filters { custom_fields, ..Filters::default() };
    let query = ContactQuery { filters, ..ContactQuery::default() };
    let result = fixture.store.list(ContactListing { company_id: company, query }).await;
    assert_eq!(invalid_fields(&result), ["custom_fields[Nothing]", "custom_fields[Seats]"]);
    let unknown_company = ContactListing {
        company_id: crate::fixture::unknown_id(),
        query: ContactQuery {
            filters: Filters { phone: Some("1".to_owned()), ..Filters::default() },
            ..ContactQuery::default()
        },
    };
    assert!(matches!(fixture.store.list(unknown_company).await, Err(StoreError::CompanyNotFound)));
}

async fn pages_neither_skip_nor_repeat_contacts_during_writes(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let mut contacts = Vec::new();
    for n in 0..40 {
        contacts.push(fixture.create(company, json!({ "full_name": format!("Jane {n:02}") })).await);
    }
    for sort in ["name", "-name", "created_at", "-created_at"] {
        let mut query = ContactQuery { sort: sort.parse().unwrap(), page_size: 3, ..ContactQuery::default() };
        let mut seen = Vec::new();
        loop {
            let listing = ContactListing { company_id: company, query: query.clone() };
            let page = fixture.store.list(listing).await.unwrap();
            seen.extend(page.contacts.iter().map(|contact| contact.id));
            // Between pages every contact changes, and new ones are added before and after them.
            let change = json!({ "notes": format!("{sort} {}", seen.len()) });
            let changes = contacts.iter().map(|id| update(company, *id, change.clone()));
            fixture.write(changes.collect()).await;
            fixture.write(vec![upsert(company, json!({ "full_name": "Aaron" }))]).await;
            fixture.write(vec![upsert(company, json!({ "full_name": "Zoë" }))]).await;
            match page.next {
                Some(next) => query.cursor = Some(next),
                None => break,
            }
            if seen.len() > 4_000 {
                panic!("the list does not end");
            }
        }
        let mut found: Vec<ContactId> = seen.iter().filter(|id| contacts.contains(id)).copied().collect();
        if sort.starts_with('-') {
            found.reverse();
        }
        assert_eq!(found, contacts, "{sort}");
    }
}
