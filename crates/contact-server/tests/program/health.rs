//! `/healthz` and `/readyz`.

use contact_model::ProblemType;
use contact_testing::{Backend, TestDatabase, on_both_databases};

use crate::caller::{http, problem, response};
use crate::process::Server;
use crate::sql;

on_both_databases!(the_server_is_ready_as_long_as_its_database_answers);

async fn the_server_is_ready_as_long_as_its_database_answers(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let get = |path: &'static str| http().get(format!("{}{path}", server.url)).send();
    assert_eq!(get("/readyz").await.unwrap().status(), 200, "no key is asked for");

    sql::execute(&database, "ALTER TABLE companies RENAME TO gone").await;
    let unready = get("/readyz").await.unwrap();
    assert_eq!(unready.headers()["retry-after"], "1");
    let unready = problem(response(unready).await, ProblemType::Unavailable);
    let (told, request_id) = (unready.detail.clone(), unready.request_id.clone());
    assert!(!told.contains("companies"), "what the database said is for the log alone: {told}");
    assert_eq!(get("/healthz").await.unwrap().status(), 200, "the process itself lives");

    sql::execute(&database, "ALTER TABLE gone RENAME TO companies").await;
    assert_eq!(get("/readyz").await.unwrap().status(), 200, "it recovers by itself");
    let log = server.stop().await.stderr;
    assert!(log.contains("companies"), "the log tells what was wrong: {log}");
    assert!(log.contains(&request_id), "and of which request: {log}");
}
