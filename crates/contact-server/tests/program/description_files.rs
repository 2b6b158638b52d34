//! `/openapi.json` and `/openapi.yaml`: compression and conditional requests.

use std::io::Read;

use contact_testing::{Backend, TestDatabase};
use flate2::read::GzDecoder;
use reqwest::Response;

use crate::caller::http;
use crate::process::Server;

const FILES: [&str; 2] = ["/openapi.json", "/openapi.yaml"];

async fn server() -> (TestDatabase, Server) {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let server = Server::start(database.url()).await;
    (database, server)
}

async fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = http().get(format!("{}{path}", server.url));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn file_is_compressed_for_clients_that_accept_gzip() {
    let (_database, server) = server().await;
    for path in FILES {
        let plain = get(&server, path, &[]).await;
        let gzip = get(&server, path, &[("Accept-Encoding", "gzip, br")]).await;
        assert_eq!(
            (header(&plain, "content-encoding"), header(&gzip, "content-encoding")),
            (None, Some("gzip"))
        );
        assert_eq!(header(&plain, "content-type"), header(&gzip, "content-type"));
        assert_ne!(
            header(&plain, "etag"),
            header(&gzip, "etag"),
            "strong entity tags of different bytes differ"
        );
        for response in [&plain, &gzip] {
            assert_eq!(header(response, "vary"), Some("Accept-Encoding"));
        }
        let (plain, gzip) = (plain.bytes().await.unwrap(), gzip.bytes().await.unwrap());
        assert!(gzip.len() * 4 < plain.len(), "{path}: {} of {} bytes", gzip.len(), plain.len());
        let mut decompressed = Vec::new();
        GzDecoder::new(&gzip[..]).read_to_end(&mut decompressed).unwrap();
        assert_eq!(decompressed, plain);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn matching_if_none_match_is_a_304() {
    let (_database, server) = server().await;
    for path in FILES {
        for encoding in ["identity", "gzip"] {
            let first = get(&server, path, &[("Accept-Encoding", encoding)]).await;
            let tag = header(&first, "etag").unwrap();
            assert!(tag.starts_with('"'), "the tag is strong: {tag}");
            for known in [tag.to_owned(), format!("\"another\", W/{tag}"), "*".to_owned()] {
                let again =
                    get(&server, path, &[("Accept-Encoding", encoding), ("If-None-Match", &known)]).await;
                assert_eq!(again.status(), 304, "{path} with {known}");
                for name in ["etag", "vary", "cache-control"] {
                    assert_eq!(header(&again, name), header(&first, name), "{name}");
                }
                assert_eq!(again.bytes().await.unwrap().len(), 0);
            }
            let another =
                get(&server, path, &[("Accept-Encoding", encoding), ("If-None-Match", "\"another\"")]).await;
            assert_eq!(another.status(), 200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_get_the_same_file() {
    let (_database, server) = server().await;
    let requests = (0..64).map(|_| async {
        let response = get(&server, "/openapi.json", &[]).await;
        let tag = header(&response, "etag").unwrap().to_owned();
        (response.status(), tag, response.bytes().await.unwrap())
    });
    let responses = futures::future::join_all(requests).await;
    assert_eq!(responses[0].0, 200);
    assert!(responses.iter().all(|response| *response == responses[0]));
}
