//! Parameters that cannot be read.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::fixture::{Fixture, agent, bad};
use crate::operations;

on_both_databases!(
    an_unknown_include_is_a_400_wherever_include_is_taken,
    pn_takes_true_or_false_alone,
    an_extension_refuses_an_unknown_parameter,
    a_documented_operation_ignores_an_unknown_parameter_and_names_it,
    ignored_parameters_stand_behind_ignored_keys_and_in_a_receipt,
    strict_handling_refuses_an_unknown_parameter,
    an_answer_without_a_body_names_ignored_parameters_too,
    a_misspelled_filter_deletes_no_one,
    every_bad_parameter_is_named_at_once,
    of_a_parameter_that_is_sent_twice_the_last_one_counts,
);

async fn an_unknown_include_is_a_400_wherever_include_is_taken(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent(&fixture.company, "Front desk").await;
    let before = fixture.read().await;
    let mut taking = 0;
    for operation in
        operations::all().iter().filter(|operation| operation.query.iter().any(|q| q == "include"))
    {
        taking += 1;
        for include in
            ["nonsense", "first_name,nonsense", "First_Name", "first_name&include=x", "%FF", "name"]
        {
            let path = format!("{}?include={include}", operation.path_for(fixture.id));
            let response = fixture.company.send(operation.request(&fixture.company, &path, agent)).await;
            let found = response.bad_fields(ProblemType::InvalidParameter);
            assert_eq!(
                found,
                [("include".to_owned(), "invalid_value".to_owned())],
                "{} {include}",
                operation.id
            );
        }
    }
    assert!(taking >= 4, "create, get, update and set_active_agent return a contact");
    assert_eq!(fixture.read().await, before);
}

async fn pn_takes_true_or_false_alone(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for (pn, status) in [("true", 200), ("false", 200), ("True", 200), ("FALSE", 200)] {
        assert_eq!(fixture.company.get(&format!("{}?pn={pn}", fixture.path())).await.status, status, "{pn}");
    }
    for pn in ["", "1", "yes", "null", "truee", "%FF"] {
        let response = fixture.company.get(&format!("{}?pn={pn}", fixture.path())).await;
        let found = response.bad_fields(ProblemType::InvalidParameter);
        assert_eq!(found, [("pn".to_owned(), "invalid_value".to_owned())], "{pn}");
    }
}

async fn an_extension_refuses_an_unknown_parameter(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    let before = fixture.read().await;
    for operation in operations::all().iter().filter(|operation| operation.is_extension) {
        let path = format!("{}?utm_source=x&utm_source=%FF&=&&x", operation.path_for(fixture.id));
        let response = fixture.company.send(operation.request(&admin, &path, agent)).await;
        let found = response.bad_fields(ProblemType::InvalidParameter);
        let expected = bad(&[("utm_source", "unknown_parameter"), ("x", "unknown_parameter")]);
        assert_eq!(found, expected, "{}", operation.id);
        assert_eq!(fixture.read().await, before, "{}", operation.id);
    }
}

async fn a_documented_operation_ignores_an_unknown_parameter_and_names_it(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent(&fixture.company, "Front desk").await;
    let mut documented = 0;
    for operation in operations::all().iter().filter(|operation| !operation.is_extension) {
        documented += 1;
        let path = format!("{}?utm_source=x&utm_source=%FF&=&&x", operation.path_for(fixture.id));
        let response = fixture.company.send(operation.request(&fixture.company, &path, agent)).await;
        assert!(operation.is_answered_by(&response), "{}: {response:#?}", operation.id);
        assert_eq!(response.header("ignored-fields"), r#""utm_source", "x""#, "{}", operation.id);
        let response = operation.send(&fixture.company, fixture.id, agent).await;
        assert_eq!(response.optional_header("ignored-fields"), None, "{}", operation.id);
    }
    assert_eq!(documented, 3, "create, get and update");
}

async fn ignored_parameters_stand_behind_ignored_keys_and_in_a_receipt(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({ "zip": 1, "custom_fields": { "Size": 1 } });
    let path = format!("{}?inclde=first_name", fixture.path());
    let request = fixture.company.request(Method::PATCH, &path).json(&body);
    let response = fixture.company.send(request.header("Prefer", "return=receipt")).await;
    assert_eq!(response.header("ignored-fields"), r#""zip", "inclde", "custom_fields.Size""#);
    assert_eq!(response.json()["receipt"]["ignored"], json!(["zip", "inclde", "custom_fields.Size"]));
}

async fn strict_handling_refuses_an_unknown_parameter(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let path = format!("{}?inclde=first_name", fixture.path());
    let request = fixture.company.request(Method::PATCH, &path).json(&json!({ "notes": "x" }));
    let response = fixture.company.send(request.header("Prefer", "handling=strict")).await;
    let found = response.bad_fields(ProblemType::InvalidParameter);
    assert_eq!(found, bad(&[("inclde", "unknown_parameter")]));
    assert_eq!(fixture.read().await, before);
}

async fn an_answer_without_a_body_names_ignored_parameters_too(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let path = format!("{}?foo=1", fixture.path());
    let tag = fixture.company.get(&path).await.header("etag").to_owned();
    let request = fixture.company.request(Method::GET, &path).header("If-None-Match", tag);
    let unchanged = fixture.company.send(request).await;
    assert_eq!((unchanged.status, unchanged.header("ignored-fields")), (304, r#""foo""#));
    let head = fixture.company.send(fixture.company.request(Method::HEAD, &path)).await;
    assert_eq!((head.status, head.header("ignored-fields")), (200, r#""foo""#));
}

async fn a_misspelled_filter_deletes_no_one(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    for (method, path, near) in [
        (Method::GET, "/contacts/?tga=lead".to_owned(), "`tag`"),
        (Method::GET, "/contacts/?custom_field[Plan]=gold".to_owned(), "`custom_fields[NAME]`"),
        (Method::GET, "/tags/?page-size=2".to_owned(), "`page_size`"),
        (Method::DELETE, format!("{}?erased=true", fixture.path()), "`erase`"),
    ] {
        let response = fixture.company.send(fixture.company.request(method, &path)).await;
        let problem = response.problem(ProblemType::InvalidParameter);
        let [bad] = problem.errors.as_slice() else { panic!("{problem:#?}") };
        assert!(bad.detail.ends_with(&format!("did you mean {near}?")), "{bad:?}");
    }
    fixture.read().await;
}

async fn every_bad_parameter_is_named_at_once(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    // The list of contacts has more to it, and a test of its own.
    let takes_several =
        |operation: &&operations::Operation| operation.query.len() > 1 && operation.id != "list_contacts";
    let mut several = 0;
    for operation in operations::all().iter().filter(takes_several) {
        several += 1;
        let sent = operation.query.iter().map(|name| format!("{name}=nonsense"));
        let path = format!("{}?{}", operation.path_for(fixture.id), sent.collect::<Vec<_>>().join("&"));
        let response = fixture.company.send(operation.request(&admin, &path, agent)).await;
        let found = response.bad_fields(ProblemType::InvalidParameter);
        let mut named: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        named.sort_unstable();
        let mut all: Vec<&str> = operation.query.iter().map(String::as_str).collect();
        all.sort_unstable();
        assert_eq!(named, all, "{}", operation.id);
    }
    assert!(several >= 5, "get, delete, batch, and the lists of threads and tags");
}

async fn of_a_parameter_that_is_sent_twice_the_last_one_counts(backend: Backend) {
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
        assert_eq!(response.bad_fields(ProblemType::InvalidParameter).len(), 1, "{bad}");
    }
}
