//! Every case of `contact-conformance`, as `contacts conformance` runs them against any server.

use contact_conformance::{Breach, Conformance, Leftovers, Options, Rank, Verdict, cases};
use contact_testing::{Backend, TestServer, on_both_databases};

use crate::fixture::admin_of;

on_both_databases!(
    every_documented_promise_is_kept,
    every_decided_promise_is_kept,
    every_promise_beyond_the_documentation_is_kept,
);

async fn every_documented_promise_is_kept(backend: Backend) {
    every_promise_is_kept(backend, Rank::Documented).await;
}

async fn every_decided_promise_is_kept(backend: Backend) {
    every_promise_is_kept(backend, Rank::Decided).await;
}

async fn every_promise_beyond_the_documentation_is_kept(backend: Backend) {
    every_promise_is_kept(backend, Rank::Extension).await;
}

/// Runs every case of a rank: none fails, none is skipped, and no data is left in the company.
async fn every_promise_is_kept(backend: Backend, rank: Rank) {
    let server = TestServer::start(backend).await;
    let company = admin_of(&server, &server.company().await).await;
    let other = admin_of(&server, &server.company().await).await;
    let options = Options {
        url: server.url.clone(),
        api_key: company.key.clone(),
        other_api_key: Some(other.key.clone()),
        contact_id: None,
        custom_field: None,
        is_in_united_states: true,
        user_agent: "tests".to_owned(),
    };
    let mut conformance = Conformance::open(options).await.expect("the server can be examined");
    let cases = cases().expect("the cases are read");
    let mut failures = Vec::new();
    for case in cases.iter().filter(|case| case.rank == rank) {
        match conformance.run(case).await.verdict {
            Verdict::Kept => {}
            Verdict::Skipped(why) => failures.push(format!("{} was skipped: {why}", case.id)),
            Verdict::Broken(breach) => {
                failures.push(format!("{}: {}\n{}", case.id, case.rule, describe(&breach)))
            }
        }
    }
    assert_eq!(conformance.close().await, Leftovers::default());
    assert!(failures.is_empty(), "{} promises are broken:\n\n{}", failures.len(), failures.join("\n\n"));
    for company in [company, other] {
        for list in ["/contacts/", "/agents/", "/custom-fields/", "/tags/"] {
            let left = company.get(list).await.json();
            assert_eq!(left["results"], serde_json::json!([]), "something is left in {list}");
        }
    }
}

fn describe(breach: &Breach) -> String {
    let Breach { with, request, answer: response, mismatches } = breach;
    let mismatches: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
    let with = with.as_ref().map(|with| format!("with {with}\n")).unwrap_or_default();
    format!("{}\n{with}> {request}\n< {response}", mismatches.join("\n"))
}
