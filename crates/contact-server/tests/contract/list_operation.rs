//! `GET /contacts/`: its filters, orders and pages.

use contact_model::{CustomFieldType, ProblemType};
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, agent, assert_cursor_of_next, bad};

on_both_databases!(
    company_without_contacts_has_an_empty_page,
    newest_contact_is_first_by_default,
    pages_link_to_each_other,
    every_filter_finds_its_contacts,
    search_finds_beginnings_of_words_ignoring_case_and_accents,
    contacts_without_a_value_are_last_in_both_orders,
    search_finds_partial_numbers_and_alternative_spellings,
    count_is_returned_only_if_requested,
    every_invalid_parameter_is_reported,
    cursor_of_another_list_is_refused,
    changes_are_found_immediately,
    has_phone_includes_phones_that_match_nothing,
    listed_contacts_have_exactly_the_documented_keys,
);

/// Returns the names of the contacts on a page.
fn names(page: &TestResponse) -> Vec<String> {
    assert_eq!(page.status, 200, "{page:#?}");
    let page = page.json();
    let results = page["results"].as_array().unwrap();
    results.iter().map(|contact| contact["name"].as_str().unwrap_or("-").to_owned()).collect()
}

/// Reads the page that a link refers to.
async fn follow(company: &TestCompany, link: &Value) -> TestResponse {
    company.get(link.as_str().expect("there is another page")).await
}

async fn four_contacts(backend: Backend) -> Fixture {
    let fixture = Fixture::with(backend, json!({ "full_name": "Ada" })).await;
    fixture.define("Plan", CustomFieldType::Any).await;
    fixture.define("Seats", CustomFieldType::Number).await;
    for body in [
        json!({
            "full_name": "Zoë Ångström", "phone_number": "+14155552671", "tags": ["vip", "news"],
            "lead_source": "facebook", "custom_fields": { "Plan": "gold", "Seats": 5.0 },
        }),
        json!({ "full_name": "Jane Doe", "email": "Jane@Example.com", "tags": ["vip"], "is_dnd": true }),
        json!({ "business_name": "Doe & Sons", "notes": "nameless", "custom_fields": { "Plan": ["a", 1] } }),
    ] {
        fixture.company.create(body).await;
    }
    fixture
}

async fn company_without_contacts_has_an_empty_page(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let empty = fixture.company.server.company().await;
    let page = empty.get("/contacts/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.json(), json!({ "results": [], "next": null, "next_cursor": null, "previous": null }));
    let counted = empty.get("/contacts/?count=true").await;
    assert_eq!(counted.json()["count"], 0);
}

async fn newest_contact_is_first_by_default(backend: Backend) {
    let fixture = four_contacts(backend).await;
    let company = &fixture.company;
    assert_eq!(names(&company.get("/contacts/").await), ["-", "Jane Doe", "Zoë Ångström", "Ada"]);
    let oldest = company.get("/contacts/?sort=created_at").await;
    assert_eq!(names(&oldest), ["Ada", "Zoë Ångström", "Jane Doe", "-"]);
}

async fn pages_link_to_each_other(backend: Backend) {
    let fixture = four_contacts(backend).await;
    let company = &fixture.company;
    let first = company.get("/contacts/?page_size=2&sort=name&include=first_name").await;
    assert_eq!(names(&first), ["Ada", "Jane Doe"]);
    assert_eq!(first.json()["previous"], Value::Null);
    let link = first.json()["next"].as_str().unwrap().to_owned();
    assert!(link.starts_with("/contacts/?") && !link.contains("?&"), "{link}");
    assert_cursor_of_next(&first.json());
    let second = follow(company, &first.json()["next"]).await;
    assert_cursor_of_next(&second.json());
    assert_eq!(names(&second), ["Zoë Ångström", "-"]);
    assert_eq!(second.json()["results"][0]["first_name"], "Zoë");
    assert_eq!(second.json()["next"], Value::Null);
    let back = follow(company, &second.json()["previous"]).await;
    assert_eq!(back.json()["results"], first.json()["results"]);
    assert_eq!((names(&back), &back.json()["previous"]), (names(&first), &Value::Null));
}

async fn every_filter_finds_its_contacts(backend: Backend) {
    let fixture = four_contacts(backend).await;
    for (query, found) in [
        ("email=JANE%40example.COM", &["Jane Doe"][..]),
        ("phone=(415)%20555-2671", &["Zoë Ångström"]),
        ("phone=%2B1%20415%20555%202671", &["Zoë Ångström"]),
        ("tag=vip", &["Jane Doe", "Zoë Ångström"]),
        ("tag=vip&tag=news", &["Zoë Ångström"]),
        ("tag=VIP", &[]),
        ("lead_source=facebook", &["Zoë Ångström"]),
        ("is_dnd=true", &["Jane Doe"]),
        ("has_phone=true", &["Zoë Ångström"]),
        ("has_phone=false&is_dnd=false", &["-", "Ada"]),
        ("custom_fields[Plan]=gold", &["Zoë Ångström"]),
        ("custom_fields%5BSeats%5D=5", &["Zoë Ångström"]),
        ("custom_fields[Plan]=[\"a\",1]", &["-"]),
        ("custom_fields[Plan]=gold&tag=news&is_dnd=false&search=zoe", &["Zoë Ångström"]),
        ("created_after=2000-01-01&created_before=2100-01-01", &["-", "Jane Doe", "Zoë Ångström", "Ada"]),
        ("created_before=2000-01-01", &[]),
        ("updated_after=2100-01-01T00:00:00Z", &[]),
    ] {
        let page = fixture.company.get(&format!("/contacts/?{query}")).await;
        assert_eq!(names(&page), found, "{query}");
    }
    let created = fixture.read().await["created_at"].as_str().unwrap().to_owned();
    let from = fixture.company.get(&format!("/contacts/?created_after={created}")).await;
    assert_eq!(names(&from).len(), 4, "inclusive");
    let before = fixture.company.get(&format!("/contacts/?created_before={created}")).await;
    assert_eq!(names(&before).len(), 0, "exclusive");
}

async fn search_finds_beginnings_of_words_ignoring_case_and_accents(backend: Backend) {
    let fixture = four_contacts(backend).await;
    let company = &fixture.company;
    for (search, found) in [
        ("zoe", &["Zoë Ångström"][..]),
        ("ANG", &["Zoë Ångström"]),
        ("doe", &["-", "Jane Doe"]),
        ("jan doe", &["Jane Doe"]),
        ("example", &["Jane Doe"]),
        ("jane@example.com", &["Jane Doe"]),
        ("4155552671", &["Zoë Ångström"]),
        ("%2B1 (415) 555-26", &["Zoë Ångström"]),
        ("oe", &[]),
        ("nameless", &[]),
        ("", &["-", "Jane Doe", "Zoë Ångström", "Ada"]),
    ] {
        let page = company.get(&format!("/contacts/?search={search}")).await;
        assert_eq!(names(&page), found, "{search}");
    }
}

async fn search_finds_partial_numbers_and_alternative_spellings(backend: Backend) {
    let fixture =
        Fixture::with(backend, json!({ "full_name": "Seven", "phone_number": "+78125550100" })).await;
    let company = &fixture.company;
    for body in [
        json!({ "full_name": "Person 0007", "phone_number": "+442079460018" }),
        json!({ "full_name": "Pat O’Brien" }),
        json!({ "full_name": "Ann D'Angelo" }),
        json!({ "full_name": "Þór Guðmundsson", "phone_number": "(415) 555-0100 ext. 123" }),
        json!({ "full_name": "田中太郎" }),
        json!({ "full_name": "王小明" }),
        json!({ "full_name": "김민준" }),
    ] {
        company.create(body).await;
    }
    for (search, found) in [
        ("0007", &["Person 0007"][..]),
        ("7", &["Seven"]),
        ("0018", &["Person 0007"]),
        ("7946 0018", &["Person 0007"]),
        ("020 7946 0018", &["Person 0007"]),
        ("(020) 7946", &["Person 0007"]),
        ("%2B44 20 7946", &["Person 0007"]),
        ("person 0018", &["Person 0007"]),
        ("946", &[]),
        ("0100", &["Þór Guðmundsson", "Seven"]),
        ("obrien", &["Pat O’Brien"]),
        ("o'brien", &["Pat O’Brien"]),
        ("brien", &["Pat O’Brien"]),
        ("dangelo", &["Ann D'Angelo"]),
        ("D’ANG", &["Ann D'Angelo"]),
        ("thor", &["Þór Guðmundsson"]),
        ("gudm", &["Þór Guðmundsson"]),
        ("太郎", &["田中太郎"]),
        ("田中", &["田中太郎"]),
        ("小明", &["王小明"]),
        ("민준", &["김민준"]),
    ] {
        let page = company.get(&format!("/contacts/?search={search}&count=true")).await;
        assert_eq!(names(&page), found, "{search}");
        assert_eq!(page.json()["count"], found.len(), "{search}");
    }
    let first = company.get("/contacts/?search=0100&page_size=1").await;
    assert_eq!(names(&follow(company, &first.json()["next"]).await), ["Seven"]);
}

async fn contacts_without_a_value_are_last_in_both_orders(backend: Backend) {
    let fixture = four_contacts(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let thread = json!({ "agent_id": desk, "type": "call", "status": "done", "direction": "inbound" });
    fixture.company.post(&format!("{}threads/", fixture.path()), thread).await;
    for (sort, found) in [
        ("name", ["Ada", "Jane Doe", "Zoë Ångström", "-"]),
        ("-name", ["Zoë Ångström", "Jane Doe", "Ada", "-"]),
        ("last_activity", ["Ada", "Zoë Ångström", "Jane Doe", "-"]),
        ("-last_activity", ["Ada", "-", "Jane Doe", "Zoë Ångström"]),
        ("-updated_at", ["Ada", "-", "Jane Doe", "Zoë Ångström"]),
    ] {
        let page = fixture.company.get(&format!("/contacts/?sort={sort}")).await;
        assert_eq!(names(&page), found, "{sort}");
    }
}

async fn count_is_returned_only_if_requested(backend: Backend) {
    let fixture = four_contacts(backend).await;
    let company = &fixture.company;
    let page = company.get("/contacts/?tag=vip&page_size=1&count=true").await;
    assert_eq!((names(&page), &page.json()["count"]), (vec!["Jane Doe".to_owned()], &json!(2)));
    let next = follow(company, &page.json()["next"]).await;
    assert_eq!((names(&next), &next.json()["count"]), (vec!["Zoë Ångström".to_owned()], &json!(2)));
    assert!(company.get("/contacts/").await.json().get("count").is_none());
}

async fn every_invalid_parameter_is_reported(backend: Backend) {
    let fixture = four_contacts(backend).await;
    let company = &fixture.company;
    let query = "sort=age&page_size=0&is_dnd=maybe&created_after=yesterday&lead_source=tv&cursor=x&email=";
    let response = company.get(&format!("/contacts/?{query}")).await;
    let mut named = response.invalid_fields(ProblemType::InvalidParameter);
    named.sort();
    let expected = ["created_after", "cursor", "email", "is_dnd", "lead_source", "page_size", "sort"];
    assert_eq!(named, bad(&expected.map(|name| (name, "invalid_value"))));
    for (query, named) in [
        ("custom_fields[Nothing]=1", ("custom_fields[Nothing]", "not_found")),
        ("custom_fields[Seats]=many", ("custom_fields[Seats]", "invalid_value")),
        ("page_size=201", ("page_size", "invalid_value")),
        ("tag=a%00b", ("tag", "invalid_value")),
        ("include=everything", ("include", "invalid_value")),
    ] {
        let response = company.get(&format!("/contacts/?{query}")).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), bad(&[named]), "{query}");
    }
}

async fn cursor_of_another_list_is_refused(backend: Backend) {
    let fixture = four_contacts(backend).await;
    let company = &fixture.company;
    let next = company.get("/contacts/?page_size=1").await.json()["next"].as_str().unwrap().to_owned();
    let cursor = next.split("cursor=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    for query in [
        format!("sort=name&cursor={cursor}"),
        format!("tag=vip&cursor={cursor}"),
        format!("cursor={}", &cursor[..cursor.len() - 1]),
        format!("cursor=B{}", &cursor[1..]),
    ] {
        let response = company.get(&format!("/contacts/?{query}")).await;
        let named = response.invalid_fields(ProblemType::InvalidParameter);
        assert_eq!(named, bad(&[("cursor", "invalid_value")]), "{query}");
    }
    // The page size and the included keys may differ from page to page.
    let page = company.get(&format!("/contacts/?page_size=2&include=last_name&cursor={cursor}")).await;
    assert_eq!(names(&page), ["Jane Doe", "Zoë Ångström"]);
}

async fn changes_are_found_immediately(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for round in 0..20 {
        let name = format!("Round{round} Doe");
        fixture.patch(json!({ "full_name": name, "tags": [format!("r{round}")] })).await;
        for query in [format!("search=round{round}"), format!("tag=r{round}"), "sort=-updated_at".to_owned()]
        {
            let page = fixture.company.get(&format!("/contacts/?{query}")).await;
            assert_eq!(names(&page), [name.as_str()], "{query}");
        }
        let before = fixture.company.get(&format!("/contacts/?tag=r{}", round - 1)).await;
        assert_eq!(names(&before).len(), 0);
    }
}

async fn has_phone_includes_phones_that_match_nothing(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "full_name": "Ada" })).await;
    let path = fixture.path();
    for (phone, with, without) in [(json!("N/A"), 1, 0), (json!(null), 0, 1)] {
        assert_eq!(fixture.company.patch(&path, json!({ "phone_number": phone })).await.status, 200);
        assert_eq!(names(&fixture.company.get("/contacts/?has_phone=true").await).len(), with, "{phone}");
        assert_eq!(names(&fixture.company.get("/contacts/?has_phone=false").await).len(), without, "{phone}");
    }
}

async fn listed_contacts_have_exactly_the_documented_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let listed = fixture.company.get("/contacts/").await.json()["results"][0].clone();
    let updated = fixture.patch(json!({})).await.json();
    assert_eq!(listed, updated);
    let query = "/contacts/?include=first_name,last_name,custom_fields,updated_at";
    let listed = fixture.company.get(query).await.json()["results"][0].clone();
    let mut read = fixture.read().await;
    for key in ["active_chat_agent", "recent_activity"] {
        read.as_object_mut().unwrap().remove(key);
    }
    assert_eq!(listed, read);
}
