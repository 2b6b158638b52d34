//! The media type of the body.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};

use crate::fixture::{Fixture, agent_with_contact};
use crate::operations;

on_both_databases!(
    wrong_or_missing_content_type_is_a_415,
    json_is_accepted_in_any_spelling,
    compressed_body_is_a_415
);

async fn wrong_or_missing_content_type_is_a_415(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let before = fixture.read().await;
    let admin = fixture.admin().await;
    for operation in operations::all() {
        let Some(body) = operation.body(agent) else { continue };
        let path = operation.path_for(fixture.id);
        for content_type in [
            None,
            Some(""),
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("application/merge-patch+json"),
            Some("application/jsonp"),
            Some("text/json"),
            Some("*/*"),
        ] {
            let mut request = admin.request(operation.method.clone(), &path).body(body.to_string());
            if let Some(content_type) = content_type {
                request = request.header("Content-Type", content_type);
            }
            fixture.company.send(request).await.problem(ProblemType::UnsupportedMediaType);
        }
    }
    assert_eq!(fixture.read().await, before);
}

async fn json_is_accepted_in_any_spelling(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for content_type in ["application/json", "application/json; charset=utf-8", "Application/JSON ;x=1"] {
        let request = fixture.company.request(reqwest::Method::PATCH, &fixture.path());
        let request = request.header("Content-Type", content_type).body("{}");
        assert_eq!(fixture.company.send(request).await.status, 200, "{content_type}");
    }
}

async fn compressed_body_is_a_415(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let request = fixture.company.request(reqwest::Method::PATCH, &fixture.path());
    let request = request.header("Content-Type", "application/json").header("Content-Encoding", "gzip");
    fixture.company.send(request.body("{}")).await.problem(ProblemType::UnsupportedMediaType);
}
