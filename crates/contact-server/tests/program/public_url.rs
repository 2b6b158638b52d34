//! `--public-url`: the URL in links and in the description.

use contact_testing::{Backend, TestDatabase};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::caller::{Caller, http, response};
use crate::process::{Server, on_database};

const PUBLIC: &str = "https://contacts.example.com";

/// Starts a server with the public URL [`PUBLIC`]; returns its local URL and the server.
async fn serve(database: &TestDatabase) -> (String, Server) {
    serve_at(database, "https://contacts.example.com/").await
}

/// Starts a server with a public URL; returns its local URL and the server.
pub(crate) async fn serve_at(database: &TestDatabase, public_url: &str) -> (String, Server) {
    // The server prints its public URL, so the test must choose the port. Another process may take the port first;
    // then the test tries another one.
    loop {
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
        let arguments = ["--listen", &address, "--public-url", public_url];
        match Server::try_spawn(on_database(database.url(), &arguments)).await {
            Ok(server) => return (format!("http://{address}"), server),
            Err(refused) => assert!(refused.stderr.contains("in use"), "{refused:#?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn description_contains_the_public_url() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let (here, server) = serve(&database).await;
    assert_eq!(server.url, PUBLIC);
    let (_, json) = response(http().get(format!("{here}/openapi.json")).send().await.unwrap()).await;
    assert_eq!(json["servers"], json!([{ "url": PUBLIC }]));

    let printed = server.stop().await.text();
    assert!(printed.contains("Documentation: https://contacts.example.com/docs"), "{printed}");
    assert!(printed.contains("curl -s https://contacts.example.com/contacts/"), "{printed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_links_contain_the_public_url() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let (here, server) = serve(&database).await;
    let caller = Caller::new(&here, &server.first_key().await);
    let threads = format!("{}threads/", caller.create(&json!({})).await);
    let post = async |path: &str, body: Value| {
        let (status, body) =
            response(caller.request(Method::POST, path).json(&body).send().await.unwrap()).await;
        assert_eq!(status, 201, "{body}");
        body
    };
    let agent = post("/agents/", json!({ "name": "Front desk" })).await["id"].clone();
    for _ in 0..2 {
        let thread = json!({ "agent_id": agent, "type": "call", "status": "missed", "direction": "inbound" });
        post(&threads, thread).await;
    }
    let first = caller.get(&format!("{threads}?page_size=1")).await.1;
    let next = first["next"].as_str().unwrap();
    let path = next.strip_prefix(PUBLIC).unwrap();
    assert!(path.starts_with(&format!("{threads}?page_size=1&cursor=")), "{next}");
    let second = caller.get(path).await.1;
    assert_ne!(second["results"][0]["id"], first["results"][0]["id"]);
    assert_eq!(second["next"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paths_below_a_prefix_are_served_with_and_without_it() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let public = format!("{PUBLIC}/api");
    let (here, server) = serve_at(&database, &public).await;
    let key = server.first_key().await;
    // One proxy removes the prefix, another one leaves it.
    for (proxied, notes) in [(here.clone(), "first"), (format!("{here}/api"), "second")] {
        let caller = Caller::new(&proxied, &key);
        for _ in 0..2 {
            let location = caller.create(&json!({ "notes": notes })).await;
            let path = location.strip_prefix("/api").unwrap();
            assert_eq!(caller.get(path).await.1["notes"], notes);
            // The trailing slash is optional.
            assert_eq!(caller.get(path.trim_end_matches('/')).await.0, 200);
        }
        let (_, page) = caller.get("/contacts/?page_size=1").await;
        let next = page["next"].as_str().unwrap().strip_prefix(&public).unwrap();
        assert_eq!(caller.get(next).await.1["results"][0]["notes"], notes);
    }
    assert_eq!(Caller::new(&here, &key).get("/apis/contacts/").await.0, 404);
}
