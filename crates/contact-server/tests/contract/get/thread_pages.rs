//! The list of a contact's threads.

use contact_model::{
    AgentId, ContactId, Include, NewThread, ProblemType, RequestBody as _, ThreadCursor, Timestamp,
};
use contact_store::{ContactWrite, WriteOperation};
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, agent, assert_cursor_of_next, bad, keys, path_of};

on_both_databases!(
    threads_are_returned_page_by_page_newest_first,
    listed_thread_equals_the_response_to_its_creation,
    threads_recorded_between_pages_do_not_shift_pages,
    page_size_is_50_by_default_and_at_most_200,
    contact_without_threads_has_an_empty_page,
    invalid_page_size_is_a_400,
    malformed_cursor_is_a_400,
    cursor_is_valid_only_for_the_threads_of_its_contact,
);

/// Returns the path of the threads of the fixture's contact.
fn threads_of(fixture: &Fixture) -> String {
    format!("{}threads/", fixture.path())
}

/// Records threads with these times in one transaction.
async fn record(
    fixture: &Fixture,
    contact: ContactId,
    agent: AgentId,
    times: impl IntoIterator<Item = String>,
) {
    let write = |time| {
        let body = json!({
            "agent_id": agent, "type": "call", "status": "completed", "direction": "inbound", "created_at": time,
        });
        let thread = NewThread::from_json(body.to_string().as_bytes()).unwrap().value;
        ContactWrite::new(
            fixture.company.id,
            WriteOperation::RecordThread(contact, Box::new(thread)),
            Include::default(),
        )
    };
    let responses = fixture.company.server.store.write(times.into_iter().map(write).collect()).await;
    assert!(responses.iter().all(Result::is_ok), "{responses:?}");
}

fn day(day: u32) -> String {
    format!("2026-01-{day:02}T00:00:00Z")
}

/// Reads a page; returns its threads and the path of the next page.
async fn page(company: &TestCompany, path: &str) -> (Vec<Value>, Option<String>) {
    let response = company.get(path).await;
    assert_eq!(response.status, 200, "{response:#?}");
    let page = response.json();
    assert_eq!(keys(&page), ["next", "next_cursor", "results"]);
    assert_cursor_of_next(&page);
    let next = page["next"].as_str().map(str::to_owned);
    (page["results"].as_array().unwrap().clone(), next)
}

/// Reads all pages from a path on; returns the times of their threads.
async fn pages(fixture: &Fixture, path: String) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(path);
    while let Some(path) = next {
        let threads;
        (threads, next) = page(&fixture.company, &path).await;
        pages.push(threads.iter().map(|t| t["created_at"].as_str().unwrap().to_owned()).collect());
    }
    pages
}

async fn threads_are_returned_page_by_page_newest_first(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let other = fixture.company.create(json!({})).await;
    record(&fixture, other, desk, [day(9)]).await;
    // Recorded out of order, and several at the same time.
    record(&fixture, fixture.id, desk, [3, 1, 5, 2, 4, 3, 3].map(day)).await;
    let newest_first = [5, 4, 3, 3, 3, 2, 1].map(day);
    for size in 1..=8 {
        let found = pages(&fixture, format!("{}?page_size={size}", threads_of(&fixture))).await;
        let expected: Vec<_> = newest_first.chunks(size).map(<[String]>::to_vec).collect();
        assert_eq!(found, expected, "{size} per page");
    }
    // Each thread is listed once, in the same order as in the contact.
    let (all, next) = page(&fixture.company, &threads_of(&fixture)).await;
    assert_eq!(next, None);
    assert_eq!(json!(all[..3]), fixture.read().await["recent_activity"]);
    let mut one_by_one = Vec::new();
    let mut next = Some(format!("{}?page_size=1", threads_of(&fixture)));
    while let Some(path) = next {
        let threads;
        (threads, next) = page(&fixture.company, &path).await;
        one_by_one.extend(threads);
    }
    assert_eq!(one_by_one, all);
}

async fn listed_thread_equals_the_response_to_its_creation(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let thread = json!({
        "agent_id": desk, "type": "chat", "status": "missed", "direction": "outbound", "duration": 1.5,
        "created_at": "1969-12-31T23:59:59.999999Z",
    });
    let recorded = fixture.company.post(&threads_of(&fixture), thread).await.json();
    let (threads, _) = page(&fixture.company, &threads_of(&fixture)).await;
    assert_eq!(threads, [recorded]);
}

async fn threads_recorded_between_pages_do_not_shift_pages(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    record(&fixture, fixture.id, desk, [1, 3, 5, 7].map(day)).await;
    let path = format!("{}?page_size=2", threads_of(&fixture));
    let (_, next) = page(&fixture.company, &path).await;
    // One thread is newer than the first page, and one belongs to the remaining pages.
    record(&fixture, fixture.id, desk, [9, 2].map(day)).await;
    assert_eq!(pages(&fixture, next.unwrap()).await, [vec![day(3), day(2)], vec![day(1)]]);
}

async fn page_size_is_50_by_default_and_at_most_200(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let desk = agent(&fixture.company, "Front desk").await;
    let times = (0..201).map(|second| format!("2026-01-01T00:{:02}:{:02}Z", second / 60, second % 60));
    record(&fixture, fixture.id, desk, times).await;
    for (query, expected) in
        [("", vec![50, 50, 50, 50, 1]), ("?page_size=200", vec![200, 1]), ("?page_size=150", vec![150, 51])]
    {
        let found = pages(&fixture, format!("{}{query}", threads_of(&fixture))).await;
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), expected, "{query}");
    }
}

async fn contact_without_threads_has_an_empty_page(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let response = fixture.company.get(&threads_of(&fixture)).await;
    assert_eq!(
        (response.status, response.json()),
        (200, json!({ "results": [], "next": null, "next_cursor": null }))
    );
}

async fn invalid_page_size_is_a_400(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for size in ["", "0", "-1", "201", "4294967297", "1.5", "ten", "%FF", "1,2"] {
        let response = fixture.company.get(&format!("{}?page_size={size}", threads_of(&fixture))).await;
        let expected = bad(&[("page_size", "invalid_value")]);
        assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), expected, "{size}");
    }
}

/// Returns the cursor of a second page.
async fn cursor(fixture: &Fixture) -> String {
    let desk = agent(&fixture.company, "Front desk").await;
    record(fixture, fixture.id, desk, [1, 2].map(day)).await;
    let (_, next) = page(&fixture.company, &format!("{}?page_size=1", threads_of(fixture))).await;
    next.unwrap().split_once("cursor=").unwrap().1.to_owned()
}

async fn malformed_cursor_is_a_400(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let good = cursor(&fixture).await;
    let read = async |cursor: &str| -> TestResponse {
        fixture.company.get(&format!("{}?cursor={cursor}", threads_of(&fixture))).await
    };
    assert_eq!(read(&good).await.status, 200);
    let (cut, last) = good.split_at(good.len() - 1);
    let another = format!("{cut}{}", if last == "A" { "B" } else { "A" });
    let extended = format!("{good}A");
    // An unsealed cursor.
    let created_at = Timestamp::from_micros(0).unwrap();
    let unsealed = ThreadCursor { created_at, id: UNKNOWN_ID.parse().unwrap() }.to_string();
    let altered = [cut, &another, &extended, &unsealed, &good.to_lowercase()];
    for broken in ["", "x", "null", "0", UNKNOWN_ID, "%FF", "%00"].into_iter().chain(altered) {
        let response = read(broken).await;
        let expected = bad(&[("cursor", "invalid_value")]);
        assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), expected, "{broken}");
    }
}

async fn cursor_is_valid_only_for_the_threads_of_its_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let cursor = cursor(&fixture).await;
    let other = fixture.company.create(json!({})).await;
    let path = format!("{}threads/?cursor={cursor}", path_of(other));
    let response = fixture.company.get(&path).await;
    assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), bad(&[("cursor", "invalid_value")]));
    let stranger = fixture.company.server.company().await;
    stranger.get(&threads_of(&fixture)).await.problem(ProblemType::ContactNotFound);
}
