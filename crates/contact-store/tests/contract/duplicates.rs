//! Groups of contacts that may be duplicates.

use contact_model::list::{DuplicateQuery, DuplicateReason};
use contact_model::{CompanyId, ContactId};
use contact_store::{DuplicatesPage, FindDuplicates, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, update};
use crate::merge::of;
use crate::schema::Rows;

on_both_databases!(
    contacts_are_grouped_by_each_reason,
    pages_continue_after_each_group,
    a_page_looks_at_a_limited_number_of_contacts,
    other_contacts_are_in_no_group,
);

/// A group: its reason, the number of its contacts, and those that are listed.
type Group = (DuplicateReason, u64, Vec<ContactId>);

impl Fixture {
    async fn duplicates(&self, company_id: CompanyId, query: DuplicateQuery) -> (Vec<Group>, DuplicatesPage) {
        let page = self.store.run(FindDuplicates { company_id, query }).await.unwrap();
        let groups = page.groups.iter().map(|group| {
            let ids = group.contacts.iter().map(|contact| contact.id).collect();
            (group.reason, group.count, ids)
        });
        (groups.collect(), page)
    }

    /// Returns all groups, read in pages of this size, and the number of pages.
    async fn all_duplicates(&self, company: CompanyId, page_size: u16) -> (Vec<Group>, usize) {
        let mut query = DuplicateQuery { page_size, ..DuplicateQuery::default() };
        let (mut all, mut pages) = (Vec::new(), 0);
        loop {
            let (groups, page) = self.duplicates(company, query.clone()).await;
            assert!(groups.len() <= usize::from(page_size));
            all.extend(groups);
            pages += 1;
            query.cursor = page.next;
            if query.cursor.is_none() {
                return (all, pages);
            }
        }
    }

    /// Creates contacts, and then sets their fields, so that they match no other ones.
    async fn create_all<const N: usize>(
        &self,
        company: CompanyId,
        bodies: [serde_json::Value; N],
    ) -> [ContactId; N] {
        let mut ids = Vec::new();
        for body in bodies {
            let id = self.create(company, json!({})).await;
            self.write(vec![update(company, id, body)]).await;
            ids.push(id);
        }
        ids.try_into().unwrap()
    }
}

async fn contacts_are_grouped_by_each_reason(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let [a, b, c, d, e] = fixture
        .create_all(
            company,
            [
                json!({ "phone_number": "+14155552671", "full_name": "Jane Doe", "business_name": "Example Ltd" }),
                json!({ "phone_number": "(415) 555-2671", "email": "jane@example.com" }),
                json!({ "email": "JANE@example.com", "full_name": "JANE  doé", "business_name": "example ltd" }),
                json!({ "full_name": "Jane Doe", "business_name": "Another Ltd", "phone_number": "+1 415 555 2671" }),
                json!({ "full_name": "Jane Doe" }),
            ],
        )
        .await;
    let (groups, page) = fixture.duplicates(company, DuplicateQuery::default()).await;
    let expected = [
        (DuplicateReason::Phone, 3, vec![a, b, d]),
        (DuplicateReason::Email, 2, vec![b, c]),
        (DuplicateReason::Name, 2, vec![a, c]),
    ];
    assert_eq!((groups.as_slice(), page.next), (&expected[..], None));
    let query = DuplicateQuery { reasons: vec![DuplicateReason::Email], ..DuplicateQuery::default() };
    assert_eq!(fixture.duplicates(company, query).await.0, expected[1..2]);
    assert!(!groups.iter().any(|(_, _, ids)| ids.contains(&e)));
}

async fn pages_continue_after_each_group(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    for number in 0..5 {
        let body = json!({ "phone_number": format!("+1415555267{number}"), "email": format!("{number}@example.com") });
        fixture.create_all(company, [body.clone(), body]).await;
    }
    let (all, _) = fixture.all_duplicates(company, 50).await;
    assert_eq!(all.len(), 10);
    for (page_size, pages) in [(1, 11), (3, 4), (10, 2), (11, 1)] {
        let (read, count) = fixture.all_duplicates(company, page_size).await;
        assert_eq!((read, count), (all.clone(), pages), "{page_size}");
    }
}

async fn a_page_looks_at_a_limited_number_of_contacts(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let body = json!({ "phone_number": "+14155552671" });
    fixture.create_all(company, [body.clone(), body]).await;
    let rows = Rows::open(&fixture.database).await;
    let company_id = match rows {
        Rows::Sqlite(_) => format!("x'{}'", company.0.simple()),
        Rows::Postgres(_) => format!("'{}'", company.0),
    };
    let (id, last) = match rows {
        Rows::Sqlite(_) => {
            ("randomblob(16)", "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 12000)")
        }
        Rows::Postgres(_) => ("gen_random_uuid()", "WITH n (n) AS (SELECT generate_series(1, 12000))"),
    };
    let (at, flag) = match rows {
        Rows::Sqlite(_) => ("0", "0"),
        Rows::Postgres(_) => ("now()", "false"),
    };
    // Their keys come before that of the two contacts, and the last 25 have the same one.
    rows.run(&format!(
        "INSERT INTO contacts (company_id, id, phone_key, tags, lead_source, is_dnd, created_at, updated_at, version,
             search_text)
         {last} SELECT {company_id}, {id}, '+0' || (100000 + CASE WHEN n > 11975 THEN 99999 ELSE n END), '[]', 'api',
             {flag}, {at}, {at}, 1, '' FROM n"
    ))
    .await;
    let (groups, page) = fixture.duplicates(company, DuplicateQuery::default()).await;
    assert_eq!((groups.len(), page.next.is_some()), (0, true));
    let (groups, pages) = fixture.all_duplicates(company, 50).await;
    let counts: Vec<_> = groups.iter().map(|(_, count, listed)| (*count, listed.len())).collect();
    assert_eq!((counts, pages), (vec![(25, 20), (2, 2)], 2));
    rows.close().await;
}

async fn other_contacts_are_in_no_group(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let [company, other] = [fixture.company().await, fixture.company().await];
    let body = json!({ "phone_number": "+14155552671", "full_name": "Jane", "business_name": "Example" });
    fixture.create_all(other, [body.clone()]).await;
    let [kept, deleted, merged] = fixture.create_all(company, [body.clone(), body.clone(), body]).await;
    fixture.write(vec![of(company, WriteOperation::Delete(deleted))]).await;
    fixture.merge(company, kept, merged).await;
    // Texts that cannot be phone numbers or email addresses have no key.
    let none = json!({ "phone_number": "N/A", "email": "none" });
    fixture.create_all(company, [none.clone(), none]).await;
    assert_eq!(fixture.all_duplicates(company, 50).await, (Vec::new(), 1));
}
