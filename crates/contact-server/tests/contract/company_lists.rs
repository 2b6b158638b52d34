//! The lists of a company's agents and API keys, whose pages follow the same rules.

use contact_model::{Access, ApiKey, NewAgent, ProblemType};
use contact_store::company::{CreateAgent, CreateApiKey};
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, assert_cursor_of_next, bad, keys};

on_both_databases!(
    all_entries_are_returned_page_by_page_oldest_first,
    page_size_is_50_by_default_and_at_most_200,
    entries_created_between_pages_are_at_the_end,
    deleting_agents_does_not_shift_pages,
    cursor_of_another_list_is_a_400,
    malformed_cursor_is_a_400,
    invalid_page_size_is_a_400,
    refused_callers_get_no_errors_about_parameters,
);

const LISTS: [&str; 2] = ["/agents/", "/api-keys/"];

/// A company without agents and with two keys.
async fn fixture(backend: Backend) -> (Fixture, TestCompany) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    (fixture, admin)
}

/// Creates this number of entries of each list.
async fn make(fixture: &Fixture, count: usize) {
    let company_id = fixture.company.id;
    let agent = |n| CreateAgent { company_id, agent: NewAgent::new(format!("agent {n}")) };
    let key = |n| CreateApiKey {
        company_id,
        name: Some(format!("key {n}")),
        access: Access::Read,
        expires_at: None,
        key: ApiKey::from_random(rand::random()),
    };
    for n in 0..count {
        fixture.company.server.store.run(agent(n)).await.unwrap();
        fixture.company.server.store.run(key(n)).await.unwrap();
    }
}

/// Reads a page; returns its entries and the path of the next page.
async fn page(company: &TestCompany, path: &str) -> (Vec<Value>, Option<String>) {
    let response = company.get(path).await;
    assert_eq!(response.status, 200, "{response:#?}");
    let page = response.json();
    assert_eq!(keys(&page), ["next", "next_cursor", "results"]);
    assert_cursor_of_next(&page);
    let next = page["next"].as_str().map(str::to_owned);
    assert!(next.as_ref().is_none_or(|next| next.starts_with('/')), "{next:?}");
    (page["results"].as_array().unwrap().clone(), next)
}

/// Reads all pages from a path on.
async fn pages(company: &TestCompany, path: String) -> Vec<Vec<Value>> {
    let (mut pages, mut next) = (Vec::new(), Some(path));
    while let Some(path) = next {
        let entries;
        (entries, next) = page(company, &path).await;
        assert_ne!(next.as_ref(), Some(&path), "the next page is the same page");
        pages.push(entries);
    }
    pages
}

/// Returns the cursor after the first entry of a list with more entries.
async fn cursor(company: &TestCompany, list: &str) -> String {
    let page = company.get(&format!("{list}?page_size=1")).await.json();
    page["next"].as_str().unwrap().split_once("cursor=").unwrap().1.to_owned()
}

fn assert_invalid(response: &TestResponse, name: &str) {
    assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), bad(&[(name, "invalid_value")]));
}

async fn all_entries_are_returned_page_by_page_oldest_first(backend: Backend) {
    let (fixture, admin) = fixture(backend).await;
    assert_eq!(page(&admin, "/agents/").await, (vec![], None), "an empty page, and no next one");
    make(&fixture, 7).await;
    for (list, before, name) in [("/agents/", 0, "agent"), ("/api-keys/", 2, "key")] {
        let (all, next) = page(&admin, list).await;
        assert_eq!((all.len(), next), (before + 7, None));
        for (n, entry) in all[before..].iter().enumerate() {
            assert_eq!(entry["name"], format!("{name} {n}"));
        }
        assert!(all.is_sorted_by_key(|entry| entry["created_at"].as_str().unwrap()), "{all:#?}");
        for size in 1..=all.len() + 1 {
            let found = pages(&admin, format!("{list}?page_size={size}")).await;
            let expected: Vec<_> = all.chunks(size).map(<[Value]>::to_vec).collect();
            assert_eq!(found, expected, "{list} by {size}");
        }
    }
}

async fn page_size_is_50_by_default_and_at_most_200(backend: Backend) {
    let (fixture, admin) = fixture(backend).await;
    make(&fixture, 201).await;
    for (list, last) in [("/agents/", 1), ("/api-keys/", 3)] {
        for (query, expected) in [
            ("", vec![50, 50, 50, 50, last]),
            ("?page_size=200", vec![200, last]),
            ("?page_size=150", vec![150, 50 + last]),
        ] {
            let found = pages(&admin, format!("{list}{query}")).await;
            assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), expected, "{list}{query}");
        }
    }
}

async fn entries_created_between_pages_are_at_the_end(backend: Backend) {
    let (fixture, admin) = fixture(backend).await;
    make(&fixture, 3).await;
    for list in LISTS {
        let (first, next) = page(&admin, &format!("{list}?page_size=2")).await;
        let created = admin.post(list, json!({ "name": "created later" })).await;
        assert_eq!(created.status, 201, "{created:#?}");
        let rest = pages(&admin, next.unwrap()).await;
        let all: Vec<Value> = [vec![first], rest].concat().concat();
        assert_eq!(all, page(&admin, list).await.0, "each once");
        assert_eq!(all.last().unwrap()["name"], "created later");
    }
}

async fn deleting_agents_does_not_shift_pages(backend: Backend) {
    let (fixture, admin) = fixture(backend).await;
    make(&fixture, 5).await;
    let (first, next) = page(&admin, "/agents/?page_size=2").await;
    // One of them is the agent that the cursor refers to.
    for agent in &first {
        let path = format!("/agents/{}/", agent["id"].as_str().unwrap());
        assert_eq!(admin.delete(&path).await.status, 204);
    }
    let rest = pages(&admin, next.unwrap()).await.concat();
    assert_eq!(
        rest.iter().map(|agent| &agent["name"]).collect::<Vec<_>>(),
        ["agent 2", "agent 3", "agent 4"]
    );
}

async fn cursor_of_another_list_is_a_400(backend: Backend) {
    let (fixture, admin) = fixture(backend).await;
    make(&fixture, 2).await;
    fixture.company.create(json!({ "tags": ["a", "b"] })).await;
    let lists = ["/agents/", "/api-keys/", "/tags/", "/contacts/"];
    for from in lists {
        let cursor = cursor(&admin, from).await;
        for list in lists {
            let response = admin.get(&format!("{list}?cursor={cursor}")).await;
            if list == from && list != "/contacts/" {
                assert_eq!(response.status, 200, "{response:#?}");
            } else if list != from {
                assert_invalid(&response, "cursor");
            }
        }
    }
}

async fn malformed_cursor_is_a_400(backend: Backend) {
    let (fixture, admin) = fixture(backend).await;
    make(&fixture, 2).await;
    for list in LISTS {
        let good = cursor(&admin, list).await;
        let (cut, last) = good.split_at(good.len() - 1);
        let another = format!("{cut}{}", if last == "A" { "B" } else { "A" });
        let extended = format!("{good}A");
        let altered = [cut, &another, &extended, &good.to_lowercase()];
        for broken in ["", "x", "null", "0", UNKNOWN_ID, "%FF", "%00"].into_iter().chain(altered) {
            assert_invalid(&admin.get(&format!("{list}?cursor={broken}")).await, "cursor");
        }
    }
}

async fn invalid_page_size_is_a_400(backend: Backend) {
    let (_fixture, admin) = fixture(backend).await;
    for list in LISTS {
        for size in ["", "0", "-1", "201", "4294967297", "1.5", "ten", "%FF", "1,2"] {
            assert_invalid(&admin.get(&format!("{list}?page_size={size}")).await, "page_size");
        }
        let both = admin.get(&format!("{list}?page_size=0&cursor=x")).await;
        let expected = bad(&[("page_size", "invalid_value"), ("cursor", "invalid_value")]);
        assert_eq!(both.invalid_fields(ProblemType::InvalidParameter), expected, "all errors are reported");
    }
}

async fn refused_callers_get_no_errors_about_parameters(backend: Backend) {
    let (fixture, _admin) = fixture(backend).await;
    let path = "/api-keys/?page_size=0&cursor=x";
    fixture.company.get(path).await.problem(ProblemType::Forbidden);
    for list in LISTS {
        let path = format!("{list}?page_size=0");
        fixture.company.with_key("ctk_none").get(&path).await.problem(ProblemType::Unauthorized);
    }
}
