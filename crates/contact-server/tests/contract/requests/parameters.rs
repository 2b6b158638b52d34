//! Invalid and unknown parameters.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::fixture::{Fixture, agent_with_contact, bad};
use crate::operations;

on_both_databases!(
    unknown_include_is_a_400_for_every_operation,
    pn_accepts_only_true_or_false,
    extension_refuses_unknown_parameters,
    documented_operation_ignores_and_lists_unknown_parameters,
    ignored_parameters_are_listed_after_ignored_keys,
    strict_handling_refuses_unknown_parameters,
    response_without_a_body_lists_ignored_parameters,
    misspelled_parameter_is_refused_with_a_suggestion,
    all_invalid_parameters_are_reported_at_once,
    last_value_of_a_repeated_parameter_is_used,
);

async fn unknown_include_is_a_400_for_every_operation(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let before = fixture.read().await;
    let mut accepting = 0;
    for operation in
        operations::all().iter().filter(|operation| operation.query.iter().any(|q| q == "include"))
    {
        accepting += 1;
        for include in
            ["nonsense", "first_name,nonsense", "First_Name", "first_name&include=x", "%FF", "name"]
        {
            let path = format!("{}?include={include}", operation.path_for(fixture.id));
            let response = fixture.company.send(operation.request(&fixture.company, &path, agent)).await;
            let found = response.invalid_fields(ProblemType::InvalidParameter);
            assert_eq!(
                found,
                [("include".to_owned(), "invalid_value".to_owned())],
                "{} {include}",
                operation.id
            );
        }
    }
    assert!(accepting >= 4, "create, get, update and set_active_agent return a contact");
    assert_eq!(fixture.read().await, before);
}

async fn pn_accepts_only_true_or_false(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for (pn, status) in [("true", 200), ("false", 200), ("True", 200), ("FALSE", 200)] {
        assert_eq!(fixture.company.get(&format!("{}?pn={pn}", fixture.path())).await.status, status, "{pn}");
    }
    for pn in ["", "1", "yes", "null", "truee", "%FF"] {
        let response = fixture.company.get(&format!("{}?pn={pn}", fixture.path())).await;
        let found = response.invalid_fields(ProblemType::InvalidParameter);
        assert_eq!(found, [("pn".to_owned(), "invalid_value".to_owned())], "{pn}");
    }
}

async fn extension_refuses_unknown_parameters(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    let before = fixture.read().await;
    for operation in operations::all().iter().filter(|operation| operation.is_extension) {
        let path = format!("{}?utm_source=x&utm_source=%FF&=&&x", operation.path_for(fixture.id));
        let response = fixture.company.send(operation.request(&admin, &path, agent)).await;
        let found = response.invalid_fields(ProblemType::InvalidParameter);
        let expected = bad(&[("utm_source", "unknown_parameter"), ("x", "unknown_parameter")]);
        assert_eq!(found, expected, "{}", operation.id);
        assert_eq!(fixture.read().await, before, "{}", operation.id);
    }
}

async fn documented_operation_ignores_and_lists_unknown_parameters(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let mut documented = 0;
    for operation in operations::all().iter().filter(|operation| !operation.is_extension) {
        documented += 1;
        let path = format!("{}?utm_source=x&utm_source=%FF&=&&x", operation.path_for(fixture.id));
        let response = fixture.company.send(operation.request(&fixture.company, &path, agent)).await;
        assert!(operation.expects(&response), "{}: {response:#?}", operation.id);
        assert_eq!(response.header("ignored-fields"), r#""utm_source", "x""#, "{}", operation.id);
        let response = operation.send(&fixture.company, fixture.id, agent).await;
        assert_eq!(response.optional_header("ignored-fields"), None, "{}", operation.id);
    }
    assert_eq!(documented, 3, "create, get and update");
}

async fn ignored_parameters_are_listed_after_ignored_keys(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({ "zip": 1, "custom_fields": { "Size": 1 } });
    let path = format!("{}?inclde=first_name", fixture.path());
    let request = fixture.company.request(Method::PATCH, &path).json(&body);
    let response = fixture.company.send(request.header("Prefer", "return=receipt")).await;
    assert_eq!(response.header("ignored-fields"), r#""zip", "inclde", "custom_fields.Size""#);
    assert_eq!(response.json()["receipt"]["ignored"], json!(["zip", "inclde", "custom_fields.Size"]));
}

async fn strict_handling_refuses_unknown_parameters(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let path = format!("{}?inclde=first_name", fixture.path());
    let request = fixture.company.request(Method::PATCH, &path).json(&json!({ "notes": "x" }));
    let response = fixture.company.send(request.header("Prefer", "handling=strict")).await;
    let found = response.invalid_fields(ProblemType::InvalidParameter);
    assert_eq!(found, bad(&[("inclde", "unknown_parameter")]));
    assert_eq!(fixture.read().await, before);
}

async fn response_without_a_body_lists_ignored_parameters(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let path = format!("{}?foo=1", fixture.path());
    let tag = fixture.company.get(&path).await.header("etag").to_owned();
    let request = fixture.company.request(Method::GET, &path).header("If-None-Match", tag);
    let unchanged = fixture.company.send(request).await;
    assert_eq!((unchanged.status, unchanged.header("ignored-fields")), (304, r#""foo""#));
    let head = fixture.company.send(fixture.company.request(Method::HEAD, &path)).await;
    assert_eq!((head.status, head.header("ignored-fields")), (200, r#""foo""#));
}

async fn misspelled_parameter_is_refused_with_a_suggestion(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for (method, path, suggestion) in [
        (Method::GET, "/contacts/?tga=lead".to_owned(), "`tag`"),
        (Method::GET, "/contacts/?custom_field[Plan]=gold".to_owned(), "`custom_fields[NAME]`"),
        (Method::GET, "/tags/?page-size=2".to_owned(), "`page_size`"),
        (Method::DELETE, format!("{}?erased=true", fixture.path()), "`erase`"),
    ] {
        let response = fixture.company.send(fixture.company.request(method, &path)).await;
        let problem = response.problem(ProblemType::InvalidParameter);
        let [bad] = problem.errors.as_slice() else { panic!("{problem:#?}") };
        assert!(bad.detail.ends_with(&format!("did you mean {suggestion}?")), "{bad:?}");
    }
    fixture.read().await;
}

async fn all_invalid_parameters_are_reported_at_once(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    // The list of contacts has its own test.
    let has_several_parameters =
        |operation: &&operations::Operation| operation.query.len() > 1 && operation.id != "list_contacts";
    let mut several = 0;
    for operation in operations::all().iter().filter(has_several_parameters) {
        several += 1;
        let sent = operation.query.iter().map(|name| format!("{name}=nonsense"));
        let path = format!("{}?{}", operation.path_for(fixture.id), sent.collect::<Vec<_>>().join("&"));
        let response = fixture.company.send(operation.request(&admin, &path, agent)).await;
        let found = response.invalid_fields(ProblemType::InvalidParameter);
        let mut named: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        named.sort_unstable();
        let mut all: Vec<&str> = operation.query.iter().map(String::as_str).collect();
        all.sort_unstable();
        assert_eq!(named, all, "{}", operation.id);
    }
    assert!(several >= 5, "get, delete, batch, and the lists of threads and tags");
}

async fn last_value_of_a_repeated_parameter_is_used(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let contact = fixture.path();
    for (bad, good) in [
        (format!("{contact}?pn=perhaps"), "&pn=true"),
        (format!("{contact}threads/?page_size=0"), "&page_size=1"),
        ("/tags/?page_size=0".to_owned(), "&page_size=1"),
        ("/contacts/?page_size=0".to_owned(), "&page_size=1"),
    ] {
        assert_eq!(fixture.company.get(&format!("{bad}{good}")).await.status, 200, "{bad}{good}");
        let (path, first) = bad.split_once('?').unwrap();
        let response = fixture.company.get(&format!("{path}?{}&{first}", &good[1..])).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidParameter).len(), 1, "{bad}");
    }
}
