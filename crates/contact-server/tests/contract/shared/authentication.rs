//! The company's API key in the header `Authorization`.

use contact_model::{Access, ApiKey, ProblemType};
use contact_testing::{Answer, Backend, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::operations;
use crate::stage::{Stage, agent};

on_both_databases!(
    no_operation_answers_without_a_key,
    keys_that_do_not_work_get_one_same_answer,
    the_key_is_asked_for_before_anything_else_is_looked_at,
    a_read_key_reads_and_does_not_write,
    a_write_key_does_not_manage_the_company,
    an_admin_key_may_do_what_a_write_key_may,
);

async fn no_operation_answers_without_a_key(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let agent = agent(&stage.company, "Front desk").await;
    let before = stage.read().await;
    for operation in operations::all() {
        let url = format!("{}{}", stage.server.url, operation.path_for(stage.id));
        let request = reqwest::Client::new().request(operation.method.clone(), url);
        let request = match operation.body(agent) {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = stage.company.send(request).await;
        answer.problem(ProblemType::Unauthorized);
        let answer = operation.send(&stage.company.with_key("ctk_none"), stage.id, agent).await;
        answer.problem(ProblemType::Unauthorized);
    }
    assert_eq!(stage.read().await, before);
}

async fn keys_that_do_not_work_get_one_same_answer(backend: Backend) {
    let stage = Stage::with(backend, json!({})).await;
    let unknown = ApiKey::from_random(rand::random()).reveal().to_owned();
    let mistyped = {
        let (beginning, last) = stage.company.key.split_at(stage.company.key.len() - 1);
        format!("{beginning}{}", if last == "x" { "y" } else { "x" })
    };
    let expired = {
        let past = "2020-01-01T00:00:00Z".parse().unwrap();
        stage.server.key(stage.company.id, Access::Write, Some(past)).await
    };
    let mut answers = vec![stage.company.send(without_key(&stage.server, &stage.path())).await];
    let wrong_scheme = format!("Basic {}", stage.company.key);
    let other_case = stage.company.key.to_ascii_lowercase();
    let two_keys = format!("{0}, {0}", stage.company.key);
    for key in [&unknown, &mistyped, &expired, "", "x", "Bearer", &wrong_scheme, &other_case, &two_keys] {
        answers.push(stage.company.with_key(key).get(&stage.path()).await);
    }
    let first = same_but_for_the_request(&answers[0]);
    for answer in &answers {
        answer.problem(ProblemType::Unauthorized);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"contacts\"");
        assert_eq!(same_but_for_the_request(answer), first);
    }
}

async fn the_key_is_asked_for_before_anything_else_is_looked_at(backend: Backend) {
    let server = TestServer::start(backend).await;
    let stranger = server.company().await.with_key("ctk_nobody");
    for path in ["/contacts/no-uuid/", "/contacts/?include=nonsense"] {
        let method = if path.contains("no-uuid") { Method::PATCH } else { Method::POST };
        let answer = stranger.send(stranger.request(method, path).body("no JSON")).await;
        answer.problem(ProblemType::Unauthorized);
    }
}

async fn a_read_key_reads_and_does_not_write(backend: Backend) {
    let stage = Stage::full(backend).await;
    let agent = agent(&stage.company, "Front desk").await;
    let key = stage.server.key(stage.company.id, Access::Read, None).await;
    let reader = stage.company.with_key(key);
    let before = stage.read().await;
    for operation in operations::all() {
        let answer = operation.send(&reader, stage.id, agent).await;
        if operation.writes() || operation.needs_admin() {
            let problem = answer.problem(ProblemType::Forbidden);
            assert!(problem.detail.contains("read access"), "{problem:?}");
        } else {
            assert_eq!(answer.status, 200, "{}: {answer:#?}", operation.id);
        }
    }
    assert_eq!(reader.read(stage.id).await, before);
}

async fn a_write_key_does_not_manage_the_company(backend: Backend) {
    let stage = Stage::full(backend).await;
    let agent = agent(&stage.company, "Front desk").await;
    let admin = stage.admin().await;
    let read = async || [admin.get("/custom-fields/").await.json(), admin.get("/api-keys/").await.json()];
    let before = read().await;
    for operation in operations::all() {
        let answer = operation.send(&stage.company, stage.id, agent).await;
        if operation.needs_admin() {
            let problem = answer.problem(ProblemType::Forbidden);
            assert!(problem.detail.contains("needs a key with admin access"), "{problem:?}");
        } else {
            assert!(operation.is_answered_by(&answer), "{}: {answer:#?}", operation.id);
        }
    }
    assert_eq!(read().await, before);
}

async fn an_admin_key_may_do_what_a_write_key_may(backend: Backend) {
    let stage = Stage::full(backend).await;
    let agent = agent(&stage.company, "Front desk").await;
    let key = stage.server.key(stage.company.id, Access::Admin, None).await;
    let admin = stage.company.with_key(key);
    for operation in operations::all() {
        let answer = operation.send(&admin, stage.id, agent).await;
        assert!(operation.is_answered_by(&answer), "{}: {answer:#?}", operation.id);
    }
}

fn without_key(server: &TestServer, path: &str) -> reqwest::RequestBuilder {
    reqwest::Client::new().get(format!("{}{path}", server.url))
}

/// The body without what tells one request from another.
fn same_but_for_the_request(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id").expect("every problem has its request's id");
    body
}
