//! A database that does not respond.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};

use crate::fixture::{Fixture, agent_with_contact};
use crate::operations;

on_both_databases!(every_operation_is_a_503_without_a_database);

async fn every_operation_is_a_503_without_a_database(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    fixture.company.server.store.close().await;
    for operation in operations::all() {
        let response = operation.send(&admin, fixture.id, agent).await;
        // Undoing only reads if there is nothing to undo.
        let only_reads = !operation.writes() || operation.id == "revert_changes";
        if backend == Backend::Sqlite && only_reads {
            // An existing SQLite file can still be read.
            assert!(response.status == 503 || operation.expects(&response), "{response:#?}");
            continue;
        }
        let problem = response.problem(ProblemType::Unavailable);
        assert_eq!(problem.detail, "The database is not available at present. Try again.");
        assert_eq!((response.header("retry-after"), problem.errors.len()), ("1", 0));
    }
}
