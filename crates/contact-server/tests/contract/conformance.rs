//! Every case of `contact-conformance`, as `contacts conformance` runs them against any server.

use contact_conformance::{CaseFailure, Conformance, Leftovers, Options, Rank, Verdict, cases};
use contact_model::Access;
use contact_testing::{Backend, TestServer, on_both_databases};

on_both_databases!(
    every_documented_case_passes,
    every_decided_case_passes,
    every_case_of_an_extension_passes,
);

async fn every_documented_case_passes(backend: Backend) {
    every_case_passes(backend, Rank::Documented).await;
}

async fn every_decided_case_passes(backend: Backend) {
    every_case_passes(backend, Rank::Decided).await;
}

async fn every_case_of_an_extension_passes(backend: Backend) {
    every_case_passes(backend, Rank::Extension).await;
}

/// Runs every case of a rank: none fails, none is skipped, and no data is left in the company.
async fn every_case_passes(backend: Backend, rank: Rank) {
    let server = TestServer::start(backend).await;
    let company = server.company().await.with_access(Access::Admin).await;
    let other = server.company().await.with_access(Access::Admin).await;
    let options = Options {
        url: server.url.clone(),
        api_key: company.key.clone(),
        other_api_key: Some(other.key.clone()),
        contact_id: None,
        custom_field: None,
        is_in_united_states: true,
        user_agent: "tests".to_owned(),
    };
    let mut conformance = Conformance::open(options).await.expect("the server can be tested");
    let cases = cases().expect("the cases are valid");
    let mut failures = Vec::new();
    for case in cases.iter().filter(|case| case.rank == rank) {
        match conformance.run(case).await.verdict {
            Verdict::Passed => {}
            Verdict::Skipped(why) => failures.push(format!("{} was skipped: {why}", case.id)),
            Verdict::Failed(failure) => {
                failures.push(format!("{}: {}\n{}", case.id, case.rule, describe(&failure)))
            }
        }
    }
    assert_eq!(conformance.close().await, Leftovers::default());
    assert!(failures.is_empty(), "{} cases failed:\n\n{}", failures.len(), failures.join("\n\n"));
    for company in [company, other] {
        for list in ["/contacts/", "/agents/", "/custom-fields/", "/tags/"] {
            let left = company.get(list).await.json();
            assert_eq!(left["results"], serde_json::json!([]), "something is left in {list}");
        }
    }
}

fn describe(failure: &CaseFailure) -> String {
    let CaseFailure { with, request, response, mismatches } = failure;
    let mismatches: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
    let with = with.as_ref().map(|with| format!("with {with}\n")).unwrap_or_default();
    format!("{}\n{with}> {request}\n< {response}", mismatches.join("\n"))
}
