//! `If-Match`: conditional writes of a contact.

use contact_model::{ContactUpdate, Include, Precondition, ProblemType, RequestBody as _};
use contact_store::{ContactWrite, StoreError, WriteOperation};
use contact_testing::{Backend, TestResponse, on_both_databases};
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::fixture::{Fixture, UNKNOWN_ID, agent_with_contact, bad, path_of};
use crate::operations::{self, Operation};

on_both_databases!(
    every_write_of_a_contact_honours_if_match,
    one_of_several_writers_with_the_same_entity_tag_succeeds,
    writes_of_one_transaction_see_earlier_changes,
    if_match_applies_to_deleted_contacts,
    create_ignores_if_match,
);

/// The operations that write one contact.
fn writes() -> Vec<Operation> {
    let writes: Vec<Operation> = operations::all()
        .into_iter()
        .filter(|operation| operation.has_contact_id() && operation.writes())
        .collect();
    assert!(writes.len() >= 7, "{writes:#?}");
    writes
}

async fn tag(fixture: &Fixture) -> String {
    fixture.company.get(&fixture.path()).await.header("etag").to_owned()
}

async fn patch_if(fixture: &Fixture, tag: &str, notes: &str) -> TestResponse {
    let request = fixture.company.request(Method::PATCH, &fixture.path()).header("If-Match", tag);
    fixture.company.send(request.json(&json!({ "notes": notes }))).await
}

async fn every_write_of_a_contact_honours_if_match(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let company = &fixture.company;
    let desk = agent_with_contact(company, "Front desk").await;
    let old = tag(&fixture).await;
    fixture.patch(json!({ "notes": "x" })).await;
    let other = company.create(json!({})).await;
    let others = company.get(&path_of(other)).await.header("etag").to_owned();
    for operation in writes() {
        let (before, now) = (fixture.read().await, tag(&fixture).await);
        let send = async |path: &str, tags: &[&str]| {
            let request = operation.request(company, path, desk);
            company.send(tags.iter().fold(request, |request, tags| request.header("If-Match", *tags))).await
        };
        let path = operation.path_for(fixture.id);
        let (weak, both) = (format!("W/{now}"), format!("{old}, \"other\""));
        for tags in
            [&[old.as_str()][..], &[&others], &[&weak], &["\"other\""], &["\"\""], &[&both], &[&old, &weak]]
        {
            let response = send(&path, tags).await;
            let problem = response.problem(ProblemType::PreconditionFailed);
            assert!(problem.errors.is_empty(), "{problem:#?}");
            assert_eq!(fixture.read().await, before, "{} with {tags:?} wrote something", operation.id);
        }
        for tags in [&[""][..], &["x"], &[now.trim_matches('"')], &["*", &now], &["\"a\" \"b\""]] {
            let fields = send(&path, tags).await.invalid_fields(ProblemType::InvalidParameter);
            assert_eq!(fields, bad(&[("If-Match", "invalid_value")]), "{} with {tags:?}", operation.id);
            assert_eq!(fixture.read().await, before);
        }
        for tags in ["*", now.as_str(), "\"other\""] {
            send(&operation.path_for(UNKNOWN_ID), &[tags]).await.problem(ProblemType::ContactNotFound);
        }
        let list = format!("{old}, {now}");
        let response = send(&path, &[&list]).await;
        assert!(operation.expects(&response) && response.status != 404, "{}: {response:#?}", operation.id);
        if operation.id == "delete_contact" {
            for tags in [now.as_str(), "*", "\"other\""] {
                send(&path, &[tags]).await.problem(ProblemType::ContactNotFound);
            }
            let restored = company.post(&format!("{path}restore/"), json!({})).await;
            assert_eq!(restored.status, 200);
        } else {
            assert!(operation.expects(&send(&path, &["*"]).await), "{}", operation.id);
            // The entity tag of a write is a precondition for the next one.
            if let Some(written) = response.optional_header("etag") {
                let current = tag(&fixture).await;
                let same = send(&path, &[written]).await;
                assert!(same.status == 412 || operation.expects(&same), "{same:#?}");
                assert_ne!(written, current);
            }
        }
    }
    // A tag is accepted with any `include`, and agents do not count.
    let path = format!("{}?include=custom_fields,updated_at", fixture.path());
    let tag_with_fields = company.get(&path).await.header("etag").to_owned();
    company.patch(&format!("/agents/{desk}/"), json!({ "name": "Reception" })).await;
    let response = patch_if(&fixture, &tag_with_fields, "renamed").await;
    assert_eq!(response.status, 200, "{response:#?}");
    let written = response.header("etag").to_owned();
    assert_eq!(patch_if(&fixture, &tag_with_fields, "late").await.status, 412);
    assert_eq!(patch_if(&fixture, &written, "next").await.status, 200);
    assert_eq!(fixture.read().await["notes"], "next");
}

async fn one_of_several_writers_with_the_same_entity_tag_succeeds(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let others = [fixture.company.server.start_another().await];
    let servers = if backend == Backend::Postgres { &others[..] } else { &[] };
    for round in 0..8 {
        let now = tag(&fixture).await;
        let mut requests = JoinSet::new();
        for writer in 0..12 {
            let company = match servers.get(writer % 2) {
                Some(server) => server.seen_by(&fixture.company),
                None => fixture.company.clone(),
            };
            let (path, now) = (fixture.path(), now.clone());
            // Some write only one row, some several rows.
            let notes = format!("round {round}, writer {writer}");
            let body = match writer % 3 {
                0 => json!({ "notes": notes, "custom_fields": { "Plan": writer } }),
                1 => json!({ "notes": notes, "full_name": format!("Jane Doe {round}") }),
                _ => json!({ "notes": notes }),
            };
            requests.spawn(async move {
                let request = company.request(Method::PATCH, &path).header("If-Match", now).json(&body);
                (notes, company.send(request).await)
            });
        }
        let responses = requests.join_all().await;
        let (won, lost): (Vec<_>, Vec<_>) =
            responses.into_iter().partition(|(_, response)| response.status == 200);
        let [(notes, _)] = &won[..] else { panic!("{} writers succeeded", won.len()) };
        assert_eq!(fixture.read().await["notes"], *notes);
        for (_, response) in lost {
            response.problem(ProblemType::PreconditionFailed);
        }
    }
}

async fn writes_of_one_transaction_see_earlier_changes(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let now = tag(&fixture).await;
    let precondition: Option<Precondition> = Some(now.parse().unwrap());
    let write = |notes: &str, precondition: &Option<Precondition>| {
        let update =
            ContactUpdate::from_json(json!({ "notes": notes }).to_string().as_bytes()).unwrap().value;
        let operation = WriteOperation::Update(fixture.id, Box::new(update));
        ContactWrite {
            precondition: precondition.clone(),
            ..ContactWrite::new(fixture.company.id, operation, Include::default())
        }
    };
    let unchanged = fixture.read().await["notes"].as_str().unwrap().to_owned();
    let writes = vec![
        // This write changes nothing, so the version stays the same.
        write(&unchanged, &precondition),
        write("first", &precondition),
        write("second", &precondition),
        write("third", &None),
        write("fourth", &Some(Precondition::Exists)),
        write("fifth", &precondition),
    ];
    let responses = fixture.company.server.store.write(writes).await;
    let refused: Vec<bool> =
        responses.iter().map(|response| matches!(response, Err(StoreError::PreconditionFailed))).collect();
    assert_eq!(refused, [false, false, true, false, false, true], "{responses:#?}");
    assert!(responses[..2].iter().all(Result::is_ok), "{responses:#?}");
    assert_eq!(fixture.read().await["notes"], "fourth");
}

async fn if_match_applies_to_deleted_contacts(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (company, path) = (&fixture.company, fixture.path());
    let before = tag(&fixture).await;
    assert_eq!(company.delete(&path).await.status, 204);
    let send = async |method: Method, path: String, tags: &str| {
        company.send(company.request(method, &path).header("If-Match", tags)).await
    };
    // The contact was deleted in the meantime.
    for (method, path) in
        [(Method::POST, format!("{path}restore/")), (Method::DELETE, format!("{path}?erase=true"))]
    {
        send(method, path, &before).await.problem(ProblemType::PreconditionFailed);
    }
    let restored = send(Method::POST, format!("{path}restore/"), "*").await;
    assert_eq!(restored.status, 200);
    assert_eq!(send(Method::DELETE, format!("{path}?erase=true"), restored.header("etag")).await.status, 204);
    send(Method::POST, format!("{path}restore/"), "*").await.problem(ProblemType::ContactNotFound);
}

async fn create_ignores_if_match(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let request = fixture.company.request(Method::POST, "/contacts/").header("If-Match", "\"other\"");
    let response = fixture.company.send(request.json(&json!({ "email": "jane@example.com" }))).await;
    assert_eq!((response.status, response.header("location")), (200, fixture.path().as_str()));
}
