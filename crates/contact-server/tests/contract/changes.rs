//! The feed of changes.

use std::time::Duration;

use contact_model::{Access, ProblemType};
use contact_testing::{Backend, TestCompany, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::fixture::{Fixture, bad, servers};

on_both_databases!(
    changes_are_read_in_order_from_a_cursor,
    a_filter_leaves_out_changes_but_moves_the_cursor,
    a_change_can_include_its_contact,
    waiting_request_ends_with_the_first_change_of_any_server,
    waiting_ends_without_a_change,
    malformed_parameters_are_a_400,
    a_cursor_of_another_log_is_a_410,
    a_copy_is_verified_by_its_hash,
    stream_continues_with_new_changes_and_after_a_reconnect,
    stream_reports_a_cursor_that_is_not_available,
    stream_ends_when_its_key_is_revoked,
);

async fn read(company: &TestCompany, query: &str) -> Value {
    let response = company.get(&format!("/changes/?{query}")).await;
    assert_eq!(response.status, 200, "{response:#?}");
    response.json()
}

fn numbers(feed: &Value) -> Vec<i64> {
    feed["results"].as_array().unwrap().iter().map(|entry| entry["sequence"].as_i64().unwrap()).collect()
}

fn cursor(feed: &Value) -> &str {
    feed["cursor"].as_str().unwrap()
}

async fn changes_are_read_in_order_from_a_cursor(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "full_name": "Jane" })).await;
    fixture.company.server.company().await.create(json!({})).await;
    for number in 0..4 {
        fixture.patch(json!({ "notes": number.to_string() })).await;
    }
    let first = read(&fixture.company, "limit=2").await;
    assert_eq!((numbers(&first), &first["more"]), (vec![1, 2], &json!(true)));
    let rest = read(&fixture.company, &format!("after={}", cursor(&first))).await;
    assert_eq!((numbers(&rest), &rest["more"]), (vec![3, 4, 5], &json!(false)));
    let end = read(&fixture.company, &format!("after={}", cursor(&rest))).await;
    assert_eq!((numbers(&end), &end["cursor"]), (vec![], &rest["cursor"]));
    assert_eq!(read(&fixture.company, "after=latest").await, end);

    let history = fixture.company.get(&format!("{}history/", fixture.path())).await.json();
    let mut entries = history["results"].as_array().unwrap().clone();
    entries.reverse();
    assert_eq!(
        read(&fixture.company, "").await["results"],
        json!(entries),
        "an entry is the same everywhere"
    );
}

async fn a_filter_leaves_out_changes_but_moves_the_cursor(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.patch(json!({ "notes": "a" })).await;
    fixture.patch(json!({ "custom_fields": { "Plan": "silver" } })).await;
    fixture.company.delete(&fixture.path()).await;
    let matching = async |query: &str| numbers(&read(&fixture.company, query).await);
    assert_eq!(matching("action=created").await, [1]);
    assert_eq!(matching("action=updated,deleted&field=notes").await, [2, 3, 5]);
    assert_eq!(matching("field=custom_fields.Plan").await, [1, 2, 4, 5]);
    assert_eq!(matching("action=erased").await, [0_i64; 0]);
    let none = read(&fixture.company, "action=erased&limit=1").await;
    assert_eq!((none["results"].clone(), &none["more"]), (json!([]), &json!(false)));
    assert_eq!(none["cursor"], read(&fixture.company, "after=latest").await["cursor"]);
}

async fn a_change_can_include_its_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let other = fixture.company.create(json!({ "full_name": "Deleted" })).await;
    fixture.company.delete(&format!("/contacts/{other}/")).await;
    let feed = read(&fixture.company, "include=contact").await;
    let contact = &feed["results"][0]["contact"];
    assert_eq!(*contact, feed["results"][1]["contact"]);
    assert_eq!((&contact["id"], &contact["notes"]), (&json!(fixture.id), &json!("Called")));
    assert_eq!(contact["custom_fields"], json!({ "Plan": "gold" }));
    assert_eq!(feed["results"][2]["contact_id"], json!(other));
    assert_eq!(feed["results"][2].get("contact"), None);
}

async fn waiting_request_ends_with_the_first_change_of_any_server(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    let readers: Vec<TestCompany> = servers.iter().map(|server| server.seen_by(&company)).collect();
    let id = company.create(json!({})).await;
    let start = read(&company, "after=latest").await;
    let query = format!("action=updated&field=notes&wait=25&after={}", cursor(&start));
    let waiting = readers.iter().map(|reader| read(reader, &query));
    let write = async {
        // The filter excludes these changes, so the readers continue to wait.
        company.update(id, json!({ "business_name": "a" })).await;
        company.create(json!({ "full_name": "Other" })).await;
        company.update(id, json!({ "notes": "a" })).await;
    };
    let (feeds, ()) = tokio::join!(futures::future::join_all(waiting), write);
    for feed in feeds {
        assert_eq!(numbers(&feed), [4]);
    }
}

async fn waiting_ends_without_a_change(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let start = read(&fixture.company, "after=latest").await;
    let feed = read(&fixture.company, &format!("wait=1&after={}", cursor(&start))).await;
    assert_eq!(feed, start);
}

async fn malformed_parameters_are_a_400(backend: Backend) {
    let company = TestCompany::start(backend).await;
    for (query, name) in [
        ("after=x", "after"),
        ("limit=201", "limit"),
        ("wait=26", "wait"),
        ("action=merge", "action"),
        ("include=all", "include"),
        ("field=e-mail", "field"),
    ] {
        let refused = company.get(&format!("/changes/?{query}")).await;
        assert_eq!(refused.invalid_fields(ProblemType::InvalidParameter), bad(&[(name, "invalid_value")]));
    }
    let refused = company.get("/changes/?page_size=1").await;
    assert_eq!(
        refused.invalid_fields(ProblemType::InvalidParameter),
        bad(&[("page_size", "unknown_parameter")])
    );
    let events = company.request(Method::GET, "/changes/").header("Accept", "text/event-stream");
    let refused = company.send(events.header("Last-Event-ID", "1")).await;
    assert_eq!(
        refused.invalid_fields(ProblemType::InvalidParameter),
        bad(&[("Last-Event-ID", "invalid_value")])
    );
}

async fn a_cursor_of_another_log_is_a_410(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let other = fixture.company.server.company().await;
    other.create(json!({})).await;
    let start = read(&fixture.company, "after=latest").await;
    let gone = other.get(&format!("/changes/?after={}", cursor(&start))).await;
    assert_eq!(gone.problem(ProblemType::ChangesRemoved).status, 410);
}

async fn a_copy_is_verified_by_its_hash(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for number in 0..40 {
        fixture.patch(json!({ "notes": number.to_string() })).await;
    }
    let copy = read(&fixture.company, "limit=200").await;
    fixture.company.server.store.seal_changes(fixture.company.id).await.unwrap();
    let verified = async |at: &str| fixture.company.get(&format!("/changes/verify/{at}")).await;
    for entry in copy["results"].as_array().unwrap() {
        let hash = verified(&format!("?at={}", entry["sequence"])).await.json();
        assert_eq!(hash, json!({ "sequence": entry["sequence"], "hash": entry["hash"] }));
    }
    assert_eq!(verified("").await.json()["hash"], copy["results"][40]["hash"]);
    assert_eq!(verified("?at=0").await.json(), json!({ "sequence": 0, "hash": "0".repeat(64) }));
    assert_eq!(verified("?at=42").await.problem(ProblemType::ChangesRemoved).status, 410);
    assert_eq!(verified("?at=-1").await.invalid_fields(ProblemType::InvalidParameter).len(), 1);
}

/// A stream of events.
struct Events {
    response: reqwest::Response,
    unread: String,
}

impl Events {
    async fn open(company: &TestCompany, query: &str, last_event: Option<&str>) -> Self {
        let path = format!("/changes/?{query}");
        let mut request = company.request(Method::GET, &path).header("Accept", "text/event-stream");
        if let Some(id) = last_event {
            request = request.header("Last-Event-ID", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, unread: String::new() }
    }

    /// Returns the fields of the next event. `None` if the stream has ended.
    async fn next(&mut self) -> Option<Vec<(String, String)>> {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let field = |line: &str| {
                    line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                };
                let fields: Vec<_> = event.lines().filter_map(field).collect();
                self.unread = rest.to_owned();
                // A comment keeps the connection open, and an id without data only moves the cursor.
                if fields.iter().any(|(name, _)| name == "data") {
                    return Some(fields);
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk());
            let chunk = chunk.await.expect("an event arrives in time").ok().flatten()?;
            self.unread.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// Returns the id and the number of the next change.
    async fn change(&mut self) -> (String, i64) {
        let event = self.next().await.expect("the stream continues");
        let [(id_name, id), (data_name, data)] = &event[..] else { panic!("{event:?}") };
        assert_eq!((id_name.as_str(), data_name.as_str()), ("id", "data"));
        let entry: Value = serde_json::from_str(data).unwrap();
        (id.clone(), entry["sequence"].as_i64().unwrap())
    }
}

async fn stream_continues_with_new_changes_and_after_a_reconnect(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let mut events = Events::open(&fixture.company, "", None).await;
    assert_eq!(events.change().await.1, 1);
    fixture.patch(json!({ "notes": "a" })).await;
    let (id, number) = events.change().await;
    assert_eq!(number, 2);
    drop(events);
    fixture.patch(json!({ "notes": "b" })).await;
    let mut events = Events::open(&fixture.company, "after=latest", Some(&id)).await;
    assert_eq!(events.change().await.1, 3);
    let feed = read(&fixture.company, &format!("after={id}")).await;
    assert_eq!(numbers(&feed), [3], "the id of an event is a cursor");
}

async fn stream_reports_a_cursor_that_is_not_available(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let other = fixture.company.server.company().await;
    let unknown = read(&fixture.company, "after=latest").await;
    other.create(json!({ "full_name": "Missed" })).await;
    let mut events = Events::open(&other, "", Some(cursor(&unknown))).await;
    let event = events.next().await.unwrap();
    let latest = read(&other, "after=latest").await;
    let expected = [("id", cursor(&latest)), ("event", "resync"), ("data", "{}")];
    assert_eq!(event, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    other.create(json!({ "full_name": "New" })).await;
    assert_eq!(events.change().await.1, 2);
}

async fn stream_ends_when_its_key_is_revoked(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let reader = fixture.company.with_access(Access::Read).await;
    let mut events = Events::open(&reader, "", None).await;
    assert_eq!(events.change().await.1, 1);
    let admin = fixture.admin().await;
    let id = reader.get("/whoami/").await.json()["api_key"]["id"].clone();
    let revoked = admin.delete(&format!("/api-keys/{}/", id.as_str().unwrap())).await;
    assert_eq!(revoked.status, 204);
    assert_eq!(events.next().await, None);
}
