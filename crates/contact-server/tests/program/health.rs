//! `/healthz` and `/readyz`.

use contact_model::ProblemType;
use contact_testing::{Backend, TestDatabase, on_both_databases};

use crate::caller::{http, problem, response};
use crate::process::Server;
use crate::sql;

on_both_databases!(server_is_ready_while_its_database_is_available);

async fn server_is_ready_while_its_database_is_available(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let get = |path: &'static str| http().get(format!("{}{path}", server.url)).send();
    assert_eq!(get("/readyz").await.unwrap().status(), 200, "no key is needed");

    sql::execute(&database, "ALTER TABLE companies RENAME TO gone").await;
    let unready = get("/readyz").await.unwrap();
    assert_eq!(unready.headers()["retry-after"], "1");
    let unready = problem(response(unready).await, ProblemType::Unavailable);
    let (detail, request_id) = (unready.detail.clone(), unready.request_id.clone());
    assert!(!detail.contains("companies"), "only the log contains the error of the database: {detail}");
    assert_eq!(get("/healthz").await.unwrap().status(), 200, "the process is alive");

    sql::execute(&database, "ALTER TABLE gone RENAME TO companies").await;
    assert_eq!(get("/readyz").await.unwrap().status(), 200, "the server recovers");
    let log = server.stop().await.stderr;
    assert!(log.contains("companies"), "the log contains the error: {log}");
    assert!(log.contains(&request_id), "the log contains the request ID: {log}");
}
