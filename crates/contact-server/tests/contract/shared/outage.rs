//! A database that does not answer.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};

use crate::operations;
use crate::stage::{Stage, agent};

on_both_databases!(where_the_database_is_gone_every_operation_says_so_and_no_more);

async fn where_the_database_is_gone_every_operation_says_so_and_no_more(backend: Backend) {
    let stage = Stage::full(backend).await;
    let agent = agent(&stage.company, "Front desk").await;
    let admin = stage.admin().await;
    stage.server.store.close().await;
    for operation in operations::all() {
        let answer = operation.send(&admin, stage.id, agent).await;
        if backend == Backend::Sqlite && !operation.writes() {
            // A file is read as long as it is there.
            assert!(matches!(answer.status, 200 | 503), "{answer:#?}");
            continue;
        }
        let problem = answer.problem(ProblemType::Unavailable);
        assert_eq!(problem.detail, "The database is not available at present. Try again.");
        assert_eq!((answer.header("retry-after"), problem.errors.len()), ("1", 0));
    }
}
