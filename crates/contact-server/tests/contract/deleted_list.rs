//! `GET /contacts/?deleted=true`

use contact_model::ProblemType;
use contact_testing::{Backend, TestCompany, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad, path_of};

on_both_databases!(
    deleted_contacts_are_listed_with_deleted_at,
    list_has_pages_in_both_orders,
    list_of_deleted_contacts_has_no_filters_and_no_other_order,
    cursor_is_valid_only_for_its_own_list,
    deleted_contacts_of_another_company_are_not_listed,
);

async fn page(company: &TestCompany, query: &str) -> Value {
    let response = company.get(&format!("/contacts/?{query}")).await;
    assert_eq!(response.status, 200, "{response:#?}");
    response.json()
}

fn names(page: &Value) -> Vec<&str> {
    page["results"].as_array().unwrap().iter().map(|contact| contact["name"].as_str().unwrap()).collect()
}

/// A company with one contact, and contacts with these names that were deleted one after the other.
async fn fixture(backend: Backend, names: &[&str]) -> Fixture {
    let fixture = Fixture::full(backend).await;
    for name in names {
        let id = fixture.company.create(json!({ "full_name": name, "tags": ["vip"] })).await;
        assert_eq!(fixture.company.delete(&path_of(id)).await.status, 204);
    }
    fixture
}

async fn deleted_contacts_are_listed_with_deleted_at(backend: Backend) {
    let fixture = fixture(backend, &["Ann"]).await;
    let before = fixture.read().await;
    fixture.company.delete(&fixture.path()).await;
    let all = "deleted=true&count=true&include=first_name,last_name,custom_fields,updated_at";
    let list = page(&fixture.company, all).await;
    assert_eq!((names(&list), &list["count"]), (vec!["Jane Doe", "Ann"], &json!(2)));
    let mut deleted = list["results"][0].clone();
    assert!(deleted["deleted_at"].as_str() > before["updated_at"].as_str(), "{deleted}");
    deleted.as_object_mut().unwrap().remove("deleted_at");
    deleted["updated_at"] = before["updated_at"].clone();
    let keys = ["active_chat_agent", "recent_activity"];
    let mut shown = before.clone();
    shown.as_object_mut().unwrap().retain(|key, _| !keys.contains(&key.as_str()));
    assert_eq!(deleted, shown);

    let restored = format!("{}restore/", path_of(fixture.id));
    let restored = fixture.company.send(fixture.company.request(Method::POST, &restored)).await.json();
    assert_eq!(restored.get("deleted_at"), None);
    assert_eq!(names(&page(&fixture.company, "deleted=true").await), ["Ann"]);
    let others = page(&fixture.company, "deleted=false").await;
    assert_eq!((names(&others), others["results"][0].get("deleted_at")), (vec!["Jane Doe"], None));
    let ann = page(&fixture.company, "deleted=true").await["results"][0]["id"].as_str().unwrap().to_owned();
    fixture.company.delete(&format!("/contacts/{ann}/?erase=true")).await;
    assert_eq!(page(&fixture.company, "deleted=true").await["results"], json!([]));
}

async fn list_has_pages_in_both_orders(backend: Backend) {
    let fixture = fixture(backend, &["Ann", "Ben", "Cid", "Dan", "Eve"]).await;
    for (sort, order) in [
        ("", ["Eve", "Dan", "Cid", "Ben", "Ann"]),
        ("&sort=-deleted_at", ["Eve", "Dan", "Cid", "Ben", "Ann"]),
        ("&sort=deleted_at", ["Ann", "Ben", "Cid", "Dan", "Eve"]),
    ] {
        let mut list = page(&fixture.company, &format!("deleted=true&page_size=2{sort}")).await;
        let mut seen: Vec<String> = Vec::new();
        loop {
            seen.extend(names(&list).into_iter().map(str::to_owned));
            let Some(next) = list["next"].as_str() else { break };
            let (_, query) = next.split_once('?').unwrap();
            list = page(&fixture.company, query).await;
        }
        assert_eq!(seen, order, "{sort}");
        let (_, previous) = list["previous"].as_str().unwrap().split_once('?').unwrap();
        assert_eq!(names(&page(&fixture.company, previous).await), order[2..4], "{sort}");
    }
}

async fn list_of_deleted_contacts_has_no_filters_and_no_other_order(backend: Backend) {
    let fixture = fixture(backend, &["Ann"]).await;
    for (query, named) in [
        ("deleted=true&tag=vip", "tag"),
        ("deleted=true&search=ann", "search"),
        ("deleted=true&custom_fields[Plan]=gold", "custom_fields[Plan]"),
        ("deleted=true&updated_after=2020-01-01", "updated_after"),
        ("deleted=true&has_phone=false", "has_phone"),
        ("deleted=true&sort=name", "sort"),
        ("sort=deleted_at", "sort"),
        ("deleted=perhaps", "deleted"),
    ] {
        let response = fixture.company.get(&format!("/contacts/?{query}")).await;
        let found = response.invalid_fields(ProblemType::InvalidParameter);
        assert_eq!(found, bad(&[(named, "invalid_value")]), "{query}");
    }
}

async fn cursor_is_valid_only_for_its_own_list(backend: Backend) {
    let fixture = fixture(backend, &["Ann", "Ben"]).await;
    fixture.company.create(json!({})).await;
    for (of, other) in [("deleted=true", ""), ("", "deleted=true")] {
        let list = page(&fixture.company, &format!("page_size=1&{of}")).await;
        let (_, cursor) = list["next"].as_str().unwrap().split_once("cursor=").unwrap();
        let response = fixture.company.get(&format!("/contacts/?cursor={cursor}&{other}")).await;
        let found = response.invalid_fields(ProblemType::InvalidParameter);
        assert_eq!(found, bad(&[("cursor", "invalid_value")]), "{of}");
    }
}

async fn deleted_contacts_of_another_company_are_not_listed(backend: Backend) {
    let fixture = fixture(backend, &["Ann"]).await;
    let other = fixture.company.server.company().await;
    let list = page(&other, "deleted=true&count=true").await;
    assert_eq!((&list["results"], &list["count"]), (&json!([]), &json!(0)));
}
