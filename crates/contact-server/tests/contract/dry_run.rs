//! `Prefer: tx=rollback`: a dry run returns the response of the request, but writes nothing.

use contact_model::ProblemType;
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, agent_with_contact};
use crate::operations;

on_both_databases!(
    dry_run_of_every_operation_writes_nothing,
    dry_run_response_equals_real_response,
    dry_run_of_a_create_creates_no_contact,
    refused_dry_run_returns_the_same_problem,
    dry_run_of_a_batch_is_one_transaction,
    dry_run_does_not_change_agents_fields_or_keys,
    key_of_a_dry_run_never_works,
    reads_ignore_the_preference,
    unreadable_preferences_do_not_hide_a_dry_run,
);

async fn send(
    company: &TestCompany,
    method: Method,
    path: &str,
    prefer: &str,
    body: Option<&Value>,
) -> TestResponse {
    let request = company.request(method, path).header("Prefer", prefer);
    company.send(body.into_iter().fold(request, |request, body| request.json(body))).await
}

async fn dry_run(company: &TestCompany, method: Method, path: &str, body: Value) -> TestResponse {
    send(company, method, path, "tx=rollback", Some(&body)).await
}

/// Reads all data of the company.
async fn everything(fixture: &Fixture) -> Vec<Value> {
    let admin = fixture.admin().await;
    let mut everything = vec![fixture.read().await];
    for path in [
        "/contacts/?count=true&include=updated_at,custom_fields",
        "/tags/",
        "/agents/",
        "/custom-fields/",
        &format!("{}threads/", fixture.path()),
    ] {
        let response = admin.get(path).await;
        assert_eq!(response.status, 200, "{response:#?}");
        everything.push(response.json());
    }
    // Without the admin keys, of which each call creates one.
    let keys = admin.get("/api-keys/").await.json()["results"].as_array().unwrap().clone();
    everything.push(keys.into_iter().filter(|key| key["access"] != "admin").collect());
    everything
}

async fn dry_run_of_every_operation_writes_nothing(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (admin, desk) = (fixture.admin().await, agent_with_contact(&fixture.company, "Front desk").await);
    let before = everything(&fixture).await;
    let mut tried = 0;
    for operation in operations::all().into_iter().filter(operations::Operation::writes) {
        let path = operation.path_for(fixture.id);
        let request = operation.request(&admin, &path, desk).header("Prefer", "tx=rollback");
        let response = admin.send(request).await;
        assert!(operation.expects(&response), "{}: {response:#?}", operation.id);
        let expected = operation.expected_problem().is_none().then_some("tx=rollback");
        assert_eq!(response.optional_header("preference-applied"), expected, "{}", operation.id);
        assert_eq!(everything(&fixture).await, before, "{}", operation.id);
        tried += 1;
    }
    assert!(tried >= 16, "{tried}");
}

/// Returns the parts of a response that do not depend on the request ID or on the dry run.
fn comparable(response: &TestResponse) -> (u16, Vec<Option<&str>>, &str) {
    let headers = ["location", "etag", "ignored-fields", "content-type"];
    (response.status, headers.map(|name| response.optional_header(name)).to_vec(), &response.body)
}

async fn dry_run_response_equals_real_response(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let at = |rest: &str| format!("{}{rest}", fixture.path());
    let tags = json!({ "tags": ["new"] });
    let update = json!({ "full_name": "Jane Roe", "tags": [], "custom_fields": { "Plan": 1.50 }, "zip": 1 });
    let upsert = json!({ "phone_number": "(415) 555-2671", "notes": "found", "zip": 1 });
    for (method, path, body) in [
        (Method::PATCH, at("?include=custom_fields"), Some(&update)),
        (Method::POST, "/contacts/".to_owned(), Some(&upsert)),
        (Method::POST, at("tags/"), Some(&tags)),
        (Method::DELETE, at("tags/new/"), None),
        (Method::DELETE, at(""), None),
        (Method::POST, at("restore/"), None),
    ] {
        let dry = send(&fixture.company, method.clone(), &path, "return=receipt, tx=rollback", body).await;
        let real = send(&fixture.company, method.clone(), &path, "return=receipt", body).await;
        assert_eq!(comparable(&dry), comparable(&real), "{method} {path}");
        assert!(dry.header("preference-applied").ends_with("tx=rollback"), "{dry:#?}");
    }
}

async fn dry_run_of_a_create_creates_no_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({ "full_name": "john doe", "email": "john@example.com", "tags": ["tried"], "zip": 1 });
    let prefer = "return=representation, tx=rollback";
    let response = send(&fixture.company, Method::POST, "/contacts/", prefer, Some(&body)).await;
    assert_eq!((response.status, &response.json()["name"]), (201, &json!("John Doe")));
    assert_eq!(response.header("preference-applied"), prefer);
    assert_eq!(response.header("ignored-fields"), r#""zip""#);
    assert!(response.header("etag").contains("-v1-"), "{response:#?}");
    let id = response.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(response.header("location"), format!("/contacts/{id}/"));
    fixture.company.get(response.header("location")).await.problem(ProblemType::ContactNotFound);
    assert_eq!(fixture.company.post("/contacts/", body).await.status, 201, "no contact has this email");
}

async fn refused_dry_run_returns_the_same_problem(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.company.create(json!({ "email": "other@example.com" })).await;
    let before = everything(&fixture).await;
    let unknown = format!("/contacts/{UNKNOWN_ID}/");
    let both = json!({ "phone_number": "+14155552671", "email": "other@example.com" });
    for (method, path, prefer, body, problem) in [
        (Method::PATCH, fixture.path(), "", json!({ "notes": 1 }), ProblemType::InvalidFields),
        (Method::PATCH, fixture.path(), "handling=strict", json!({ "x": 1 }), ProblemType::InvalidFields),
        (Method::PATCH, unknown, "", json!({}), ProblemType::ContactNotFound),
        (Method::POST, "/contacts/".to_owned(), "match=reject", both, ProblemType::ContactsCollide),
    ] {
        let response =
            send(&fixture.company, method, &path, &format!("tx=rollback, {prefer}"), Some(&body)).await;
        response.problem(problem);
        assert_eq!(response.optional_header("preference-applied"), None, "{response:#?}");
    }
    let request = fixture.company.request(Method::PATCH, &fixture.path()).json(&json!({ "notes": "x" }));
    let request = request.header("Prefer", "tx=rollback").header("If-Match", "\"another\"");
    fixture.company.send(request).await.problem(ProblemType::PreconditionFailed);
    assert_eq!(everything(&fixture).await, before);
}

async fn dry_run_of_a_batch_is_one_transaction(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = everything(&fixture).await;
    // More items than other batches write in one transaction: the last ones match the first one.
    let mut items = vec![json!({ "op": "upsert", "email": "new@example.com", "tags": ["tried"] })];
    items.extend((0..400).map(|n| json!({ "op": "insert", "notes": n.to_string() })));
    items.extend([
        json!({ "op": "update", "id": fixture.id, "notes": "tried", "zip": 1 }),
        json!({ "op": "upsert", "email": "NEW@example.com" }),
        json!({ "op": "delete", "id": fixture.id }),
    ]);
    for path in ["/contacts/batch/", "/contacts/batch/?atomic=true"] {
        let response = dry_run(&fixture.company, Method::POST, path, json!({ "items": items })).await;
        assert_eq!((response.status, response.header("preference-applied")), (200, "tx=rollback"));
        let results = response.json()["results"].as_array().unwrap().clone();
        let statuses: Vec<_> = results.iter().map(|result| result["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [vec![201; 401], vec![200, 200, 204]].concat(), "{path}");
        assert_eq!((&results[402]["id"], &results[401]["ignored"]), (&results[0]["id"], &json!(["zip"])));
        assert_eq!(everything(&fixture).await, before, "{path}");
    }
    items.push(json!({ "op": "update", "id": fixture.id, "notes": "too late" }));
    let each = dry_run(&fixture.company, Method::POST, "/contacts/batch/", json!({ "items": items })).await;
    assert_eq!(each.json()["results"][404]["status"], 404);
    let all =
        dry_run(&fixture.company, Method::POST, "/contacts/batch/?atomic=true", json!({ "items": items }))
            .await;
    all.problem(ProblemType::ContactNotFound);
    assert_eq!(everything(&fixture).await, before);
}

async fn dry_run_does_not_change_agents_fields_or_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let (admin, desk) = (fixture.admin().await, agent_with_contact(&fixture.company, "Front desk").await);
    let key = admin.post("/api-keys/", json!({ "access": "read" })).await.json();
    let fields = admin.get("/custom-fields/").await.json();
    let (agent, key) = (format!("/agents/{desk}/"), format!("/api-keys/{}/", key["id"].as_str().unwrap()));
    let field = format!("/custom-fields/{}/", fields["results"][0]["id"].as_str().unwrap());
    let before = everything(&fixture).await;
    let renamed = dry_run(&admin, Method::PATCH, &agent, json!({ "name": "Night desk", "zip": 1 })).await;
    assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("Night desk")));
    assert_eq!(renamed.header("ignored-fields"), r#""zip""#);
    let renamed = dry_run(&admin, Method::PATCH, &field, json!({ "name": "Tariff" })).await;
    assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("Tariff")));
    for path in [&agent, &field, &key] {
        let deleted = send(&admin, Method::DELETE, path, "tx=rollback", None).await;
        assert_eq!((deleted.status, deleted.header("preference-applied")), (204, "tx=rollback"), "{path}");
        assert!(deleted.body.is_empty());
    }
    assert_eq!(everything(&fixture).await, before);
}

async fn key_of_a_dry_run_never_works(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let admin = fixture.admin().await;
    let response = dry_run(&admin, Method::POST, "/api-keys/", json!({ "name": "tried" })).await;
    assert_eq!(response.status, 201, "{response:#?}");
    let dry_run_key = admin.with_key(response.json()["key"].as_str().unwrap());
    dry_run_key.get(&fixture.path()).await.problem(ProblemType::Unauthorized);
}

async fn reads_ignore_the_preference(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for path in [&fixture.path(), "/contacts/", "/tags/", "/agents/"] {
        let response = send(&fixture.company, Method::GET, path, "tx=rollback", None).await;
        assert_eq!((response.status, response.optional_header("preference-applied")), (200, None), "{path}");
    }
}

async fn unreadable_preferences_do_not_hide_a_dry_run(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    for bytes in ["tx=rollback; note=\"prüfung\"".as_bytes(), b"note=\xff, tx=rollback"] {
        let prefer = HeaderValue::from_bytes(bytes).unwrap();
        let request = fixture.company.request(Method::PATCH, &fixture.path()).header("Prefer", prefer);
        let response = fixture.company.send(request.json(&json!({ "notes": "lost" }))).await;
        assert_eq!((response.status, response.header("preference-applied")), (200, "tx=rollback"));
        assert_eq!(fixture.read().await, before);
    }
}
