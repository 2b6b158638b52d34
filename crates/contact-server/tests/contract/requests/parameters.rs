//! Parameters that cannot be read.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};

use crate::operations;
use crate::stage::{Stage, agent};

on_both_databases!(
    an_unknown_include_is_a_400_wherever_include_is_taken,
    pn_takes_true_or_false_alone,
    an_unknown_parameter_is_ignored,
    every_bad_parameter_is_named_at_once,
    of_a_parameter_that_is_sent_twice_the_last_one_counts,
);

async fn an_unknown_include_is_a_400_wherever_include_is_taken(backend: Backend) {
    let stage = Stage::full(backend).await;
    let agent = agent(&stage.company, "Front desk").await;
    let before = stage.read().await;
    let mut taking = 0;
    for operation in
        operations::all().iter().filter(|operation| operation.query.iter().any(|q| q == "include"))
    {
        taking += 1;
        for include in
            ["nonsense", "first_name,nonsense", "First_Name", "first_name&include=x", "%FF", "name"]
        {
            let path = format!("{}?include={include}", operation.path_for(stage.id));
            let answer = stage.company.send(operation.request(&stage.company, &path, agent)).await;
            let found = answer.bad_fields(ProblemType::InvalidParameter);
            assert_eq!(
                found,
                [("include".to_owned(), "invalid_value".to_owned())],
                "{} {include}",
                operation.id
            );
        }
    }
    assert!(taking >= 4, "create, get, update and set_active_agent answer with a contact");
    assert_eq!(stage.read().await, before);
}

async fn pn_takes_true_or_false_alone(backend: Backend) {
    let stage = Stage::full(backend).await;
    for (pn, status) in [("true", 200), ("false", 200), ("True", 200), ("FALSE", 200)] {
        assert_eq!(stage.company.get(&format!("{}?pn={pn}", stage.path())).await.status, status, "{pn}");
    }
    for pn in ["", "1", "yes", "null", "truee", "%FF"] {
        let answer = stage.company.get(&format!("{}?pn={pn}", stage.path())).await;
        let found = answer.bad_fields(ProblemType::InvalidParameter);
        assert_eq!(found, [("pn".to_owned(), "invalid_value".to_owned())], "{pn}");
    }
}

async fn an_unknown_parameter_is_ignored(backend: Backend) {
    let stage = Stage::full(backend).await;
    let agent = agent(&stage.company, "Front desk").await;
    let admin = stage.admin().await;
    for operation in operations::all() {
        let path = format!("{}?utm_source=x&utm_source=%FF&=&&x", operation.path_for(stage.id));
        let answer = stage.company.send(operation.request(&admin, &path, agent)).await;
        assert!(operation.is_answered_by(&answer), "{}: {answer:#?}", operation.id);
    }
}

async fn every_bad_parameter_is_named_at_once(backend: Backend) {
    let stage = Stage::full(backend).await;
    let agent = agent(&stage.company, "Front desk").await;
    let admin = stage.admin().await;
    // The list of contacts has more to it, and a test of its own.
    let takes_several =
        |operation: &&operations::Operation| operation.query.len() > 1 && operation.id != "list_contacts";
    let mut several = 0;
    for operation in operations::all().iter().filter(takes_several) {
        several += 1;
        let sent = operation.query.iter().map(|name| format!("{name}=nonsense"));
        let path = format!("{}?{}", operation.path_for(stage.id), sent.collect::<Vec<_>>().join("&"));
        let answer = stage.company.send(operation.request(&admin, &path, agent)).await;
        let found = answer.bad_fields(ProblemType::InvalidParameter);
        let mut named: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        named.sort_unstable();
        let mut all: Vec<&str> = operation.query.iter().map(String::as_str).collect();
        all.sort_unstable();
        assert_eq!(named, all, "{}", operation.id);
    }
    assert!(several >= 5, "get, delete, batch, and the lists of threads and tags");
}

async fn of_a_parameter_that_is_sent_twice_the_last_one_counts(backend: Backend) {
    let stage = Stage::full(backend).await;
    let contact = stage.path();
    for (bad, good) in [
        (format!("{contact}?pn=perhaps"), "&pn=true"),
        (format!("{contact}threads/?page_size=0"), "&page_size=1"),
        ("/tags/?page_size=0".to_owned(), "&page_size=1"),
        ("/contacts/?page_size=0".to_owned(), "&page_size=1"),
    ] {
        assert_eq!(stage.company.get(&format!("{bad}{good}")).await.status, 200, "{bad}{good}");
        let (path, first) = bad.split_once('?').unwrap();
        let answer = stage.company.get(&format!("{path}?{}&{first}", &good[1..])).await;
        assert_eq!(answer.bad_fields(ProblemType::InvalidParameter).len(), 1, "{bad}");
    }
}
