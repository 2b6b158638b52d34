//! Parameters that cannot be read.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};

use crate::operations;
use crate::stage::{Stage, agent};

on_both_databases!(
    an_unknown_include_is_a_400_wherever_include_is_taken,
    pn_takes_true_or_false_alone,
    an_unknown_parameter_is_ignored,
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
