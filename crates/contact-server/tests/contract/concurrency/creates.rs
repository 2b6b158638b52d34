//! Concurrent requests for one new phone or email create one contact.

use std::collections::BTreeSet;
use std::sync::Arc;

use contact_testing::{Backend, TestCompany, TestResponse, TestServer, on_both_databases};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::fixture::{keys, servers};

on_both_databases!(
    concurrent_creates_of_one_new_phone_create_one_contact,
    concurrent_creates_of_one_new_email_create_one_contact,
    concurrent_creates_of_phone_and_email_create_one_contact,
    concurrent_creates_of_many_contacts_create_each_once,
    concurrent_creates_merge_their_tags,
);

/// Requests that are sent at once.
const REQUESTS: usize = 40;
/// Rounds with different phones and emails, because a race does not show every time.
const ROUNDS: usize = 5;

/// Sends all bodies at once, distributed over the servers.
async fn create_at_once(
    servers: &[Arc<TestServer>],
    company: &TestCompany,
    bodies: Vec<Value>,
) -> Vec<TestResponse> {
    let mut requests = JoinSet::new();
    for (number, body) in bodies.into_iter().enumerate() {
        let company = servers[number % servers.len()].seen_by(company);
        requests.spawn(async move { company.post("/contacts/", body).await });
    }
    requests.join_all().await
}

/// Asserts that exactly `expected` contacts were created and returns their locations.
fn created_locations(responses: &[TestResponse], expected: usize) -> BTreeSet<String> {
    assert!(responses.iter().all(|response| matches!(response.status, 200 | 201)), "{responses:#?}");
    let created = responses.iter().filter(|response| response.status == 201).count();
    let locations: BTreeSet<String> =
        responses.iter().map(|response| response.header("location").to_owned()).collect();
    assert_eq!((created, locations.len()), (expected, expected), "{locations:?}");
    locations
}

async fn concurrent_creates_of_one_new_phone_create_one_contact(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    for round in 0..ROUNDS {
        let number = format!("55526{round:02}");
        let spellings = [
            format!("+1415{number}"),
            format!("(415) {number}"),
            format!("415.{number}"),
            format!("1 415 {number}"),
        ];
        let bodies =
            (0..REQUESTS).map(|n| json!({ "phone_number": spellings[n % 4], "notes": n.to_string() }));
        created_locations(&create_at_once(&servers, &company, bodies.collect()).await, 1);
    }
}

async fn concurrent_creates_of_one_new_email_create_one_contact(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    for round in 0..ROUNDS {
        let spellings = [format!("änn{round}@example.com"), format!("ÄNN{round}@Example.COM")];
        let bodies = (0..REQUESTS).map(|n| json!({ "email": spellings[n % 2], "notes": n.to_string() }));
        created_locations(&create_at_once(&servers, &company, bodies.collect()).await, 1);
    }
}

async fn concurrent_creates_of_phone_and_email_create_one_contact(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    // After the first request, phone and email belong to the same contact.
    let both = json!({ "phone_number": "+14155552671", "email": "jane@example.com" });
    created_locations(&create_at_once(&servers, &company, vec![both.clone(); REQUESTS]).await, 1);

    // Only the phone, only the email, and both: at most one contact is created for the phone and one
    // for the email.
    let (phone, email) = ("+14155552672", "ann@example.com");
    let kinds = [
        json!({ "phone_number": phone }),
        json!({ "email": email }),
        json!({ "phone_number": phone, "email": email }),
    ];
    let bodies: Vec<Value> = (0..REQUESTS).map(|n| kinds[n % 3].clone()).collect();
    let responses = create_at_once(&servers, &company, bodies).await;
    let created = responses.iter().filter(|response| response.status == 201).count();
    assert!((1..=2).contains(&created), "{created} contacts were created");
    let again = create_at_once(&servers, &company, kinds.to_vec()).await;
    assert!(again.iter().all(|response| response.status == 200), "{again:#?}");
    let known: BTreeSet<&str> = responses.iter().map(|response| response.header("location")).collect();
    assert!(again.iter().all(|response| known.contains(response.header("location"))));
}

async fn concurrent_creates_of_many_contacts_create_each_once(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    // Every contact is sent four times, interleaved with the others.
    let bodies: Vec<Value> = (0..4 * REQUESTS)
        .map(|n| {
            let contact = n % REQUESTS;
            let (phone, email) = (format!("+1415555{contact:04}"), format!("c{contact}@example.com"));
            json!({ "phone_number": phone, "email": email, "notes": n.to_string() })
        })
        .collect();
    created_locations(&create_at_once(&servers, &company, bodies).await, REQUESTS);
}

async fn concurrent_creates_merge_their_tags(backend: Backend) {
    let servers = servers(backend).await;
    let company = servers[0].company().await;
    let bodies =
        (0..REQUESTS).map(|n| json!({ "phone_number": "+14155552671", "tags": [format!("{n:02}")] }));
    let responses = create_at_once(&servers, &company, bodies.collect()).await;
    let location = created_locations(&responses, 1).pop_first().unwrap();
    let contact = company.get(&location).await.json();
    let mut tags: Vec<String> = serde_json::from_value(contact["tags"].clone()).unwrap();
    tags.sort_unstable();
    let expected: Vec<String> = (0..REQUESTS).map(|n| format!("{n:02}")).collect();
    assert_eq!(tags, expected, "a merge was lost");
    assert_eq!(keys(&contact).len(), 14);
}
