//! The query plans of lists, searches and matches of a company with 200,000 contacts: no plan reads all contacts, and
//! no plan sorts rows that an index has in order.

use contact_model::list::{ContactQuery, Cursor, ListCount, SortKey, SortValue};
use contact_model::{CompanyId, ContactId, Parameters, Timestamp, limits};
use contact_testing::{Backend, on_both_databases};
use uuid::Uuid;

use super::explain::{Plan, explain_list, explain_match};
use super::many_contacts::{Fixture, create_contacts};
use crate::ContactListing;

on_both_databases!(plans_neither_scan_a_company_nor_sort_unnecessarily);

/// Lists whose order an index has: each page has the same cost.
const IN_ORDER: [&str; 31] = [
    "",
    "sort=created_at",
    "sort=updated_at",
    "sort=-updated_at",
    "sort=name",
    "sort=-name",
    "sort=last_activity",
    "sort=-last_activity",
    "created_after=2020-01-01T00:10:00Z",
    "created_after=2020-01-01&created_before=2020-01-02&sort=created_at",
    "sort=updated_at&updated_after=2020-01-02",
    "email=c5@example.com",
    "phone=%2B14150000004",
    "tag=all",
    "tag=t5&sort=created_at",
    "tag=all&tag=t5",
    "lead_source=api",
    "is_dnd=false",
    "has_phone=true&is_dnd=true&sort=created_at",
    "lead_source=manual&tag=t5",
    "custom_fields[Plan]=v5",
    "custom_fields[Plan]=v5&tag=all",
    // Every contact matches, so a scan finds enough of them soon.
    "search=jane",
    "search=jane&sort=name",
    "search=jane&sort=-updated_at",
    "search=jane&sort=-last_activity",
    "is_dnd=true&sort=name&page_size=1",
    "is_dnd=true&sort=-updated_at&page_size=1",
    "deleted=true",
    "deleted=true&sort=deleted_at",
    "deleted=true&count=true",
];

/// Lists whose cost is the number of contacts that match their most selective filter.
const BY_FILTER: [&str; 20] = [
    "search=name5",
    // As text, and as the end of a phone number.
    "search=5000",
    "search=jane 5415000&sort=name",
    "search=555-5000&sort=-updated_at",
    "search=o'name5&count=true",
    "search=0415-5000&tag=all",
    "search=小5&sort=last_activity",
    "search=jane name5",
    "search=name5&tag=all&sort=-created_at",
    "tag=t5&sort=name",
    "lead_source=api&is_dnd=true&sort=-name",
    "custom_fields[Plan]=v5&sort=updated_at",
    // As text and as number.
    "custom_fields[Plan]=5.0",
    "custom_fields[Plan]=5.0&sort=name",
    "custom_fields[Plan]=5.0&search=jane&sort=last_activity",
    "updated_after=2020-01-03&updated_before=2020-01-03T00:10:00Z",
    "created_after=2020-01-03&created_before=2020-01-03T00:10:00Z&sort=last_activity",
    "updated_after=2020-01-03&updated_before=2020-01-03T00:10:00Z&sort=updated_at&count=true",
    "created_after=2020-01-03&created_before=2020-01-03T00:10:00Z&count=true",
    "tag=all&search=name5&count=true",
];

async fn plans_neither_scan_a_company_nor_sort_unnecessarily(backend: Backend) {
    let (fixture, company) = create_contacts(backend).await;
    check_all(backend, &fixture, company).await;
    check_counts(&fixture, company).await;
    if backend == Backend::Postgres {
        // Again with statistics for the planner.
        fixture.run("ANALYZE").await;
        check_all(backend, &fixture, company).await;
    }
}

async fn check_all(backend: Backend, fixture: &Fixture, company: CompanyId) {
    let lists = IN_ORDER.map(|query| (query, true)).into_iter().chain(BY_FILTER.map(|query| (query, false)));
    for (text, in_order) in lists {
        let first = read(text);
        let further = ContactQuery { cursor: Some(middle(first.sort.key, false)), ..first.clone() };
        let back = ContactQuery { cursor: Some(middle(first.sort.key, true)), ..first.clone() };
        for query in [first, further, back] {
            let listing = ContactListing { company_id: company, query };
            let plans = explain_list(&fixture.store, listing).await;
            assert!(!plans.is_empty());
            for plan in plans {
                check(backend, text, &plan, in_order);
            }
        }
    }
    check_matches(backend, fixture).await;
}

/// Checks that a count reads a limited number of contacts.
async fn check_counts(fixture: &Fixture, company: CompanyId) {
    let most = u64::from(limits::LIST_COUNT);
    for (query, contacts, is_exact) in [
        ("", most, false),
        ("deleted=true", most, false),
        ("tag=all", most, false),
        ("search=jane&sort=name", most, false),
        ("has_phone=true", most, true),
        ("has_phone=true&tag=all", most, true),
        ("search=name5", 22_200, true),
        ("tag=all&search=jane", most, false),
        // Each filter matches too many contacts, so the first ones with the tag are read. Half of them have a phone.
        ("tag=all&search=jane&has_phone=true", most / 2, false),
    ] {
        let mut query = read(query);
        (query.count, query.page_size) = (true, 1);
        let page = fixture.store.list(ContactListing { company_id: company, query: query.clone() }).await;
        assert_eq!(page.unwrap().count, Some(ListCount { contacts, is_exact }), "{query:?}");
    }
}

async fn check_matches(backend: Backend, fixture: &Fixture) {
    let plans = explain_match(&fixture.store).await;
    let steps: Vec<&String> = plans.iter().flat_map(|plan| &plan.steps).collect();
    for index in ["contacts_by_phone", "contacts_by_email"] {
        assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:#?}");
    }
    for plan in &plans {
        // Rows are sorted before they are locked, so that transactions do not deadlock.
        check(backend, "a match", plan, backend == Backend::Sqlite);
    }
}

fn check(backend: Backend, what: &str, plan: &Plan, in_order: bool) {
    let is_count = plan.statement.contains("SELECT count(*)");
    // A list over several ranges of facets sorts their few rows.
    let sorts_at_most = usize::from(plan.statement.contains("UNION ALL") && !is_count);
    let sorts = plan.steps.iter().filter(|step| match backend {
        Backend::Sqlite => step.contains("TEMP B-TREE FOR") && step.contains("ORDER BY"),
        Backend::Postgres => step.trim_start().starts_with("Sort Key:"),
    });
    let sorts = sorts.count();
    assert!(!in_order || sorts <= sorts_at_most, "{what} sorts {sorts} times: {plan:#?}");
    for (number, step) in plan.steps.iter().enumerate() {
        let reads_company = match backend {
            // `c`, `t`, `v`, `w` and `h` are tables; other scans read intermediate results.
            Backend::Sqlite => {
                ["SCAN c", "SCAN t", "SCAN v", "SCAN w", "SCAN h"].iter().any(|scan| {
                    step == scan || step.strip_prefix(scan).is_some_and(|rest| rest.starts_with(' '))
                }) || step.contains("SEARCH c USING PRIMARY KEY (company_id=?)")
            }
            Backend::Postgres => {
                let condition = plan.steps.get(number + 1).map(String::as_str).unwrap_or_default();
                step.contains("Seq Scan")
                    || step.contains("Bitmap")
                    || step.contains("contacts_pkey")
                        && !condition.contains(" id ")
                        && !condition.contains("(id")
            }
        };
        assert!(!reads_company, "{what} reads a whole company: `{step}` of {plan:#?}");
    }
}

fn read(text: &str) -> ContactQuery {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let mut parameters: Parameters = pairs.map(|(name, value)| (name, value.replace("%2B", "+"))).collect();
    let query = ContactQuery::read(&mut parameters);
    parameters.into_result(query).unwrap()
}

/// Returns a cursor in the middle of a list.
fn middle(key: SortKey, backward: bool) -> Cursor {
    let value = match key {
        SortKey::Name => SortValue::Text(Some("name 500".to_owned())),
        _ => SortValue::Time("2020-01-02T00:00:00Z".parse::<chrono::DateTime<_>>().ok().map(Timestamp::new)),
    };
    Cursor { value, id: ContactId(Uuid::from_u128(0xdead)), backward }
}
