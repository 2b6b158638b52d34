//! The API description: the page with its scripts, and the two files.

use std::collections::BTreeSet;

use contact_testing::{Backend, TestDatabase};
use reqwest::Url;
use serde_json::{Value, json};

use crate::caller::http;
use crate::process::Server;
use crate::public_url::serve_at;

const NOTHING: [&str; 0] = [];

async fn server() -> (TestDatabase, Server) {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let server = Server::start(database.url()).await;
    (database, server)
}

async fn fetch(url: Url) -> (String, String) {
    let response = http().get(url.clone()).send().await.unwrap();
    assert_eq!(response.status(), 200, "{url}");
    let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (media_type, response.text().await.unwrap())
}

/// Loads `/docs` below this base URL, which ends in a slash, and all its scripts like a browser. Returns the description
/// that the page displays.
async fn browse(base: &Url) -> Value {
    let docs = base.join("docs").unwrap();
    let redirect = http().get(docs.clone()).send().await.unwrap();
    assert!(redirect.status().is_redirection(), "{redirect:?}");
    let page = docs.join(redirect.headers()["location"].to_str().unwrap()).unwrap();
    assert_eq!(page, base.join("docs/").unwrap());

    let (media_type, html) = fetch(page.clone()).await;
    assert!(media_type.starts_with("text/html"), "{media_type}");
    assert_eq!(external_urls(&html), NOTHING);
    let references = references(&html);
    assert!(references.iter().any(|name| name == "scalar.js"), "no scalar.js in {references:?}");
    for reference in references.iter().filter(|name| name.ends_with(".js")) {
        let script = page.join(reference).unwrap();
        assert_eq!(script.origin(), base.origin(), "{reference}");
        let (media_type, text) = fetch(script).await;
        assert!(media_type.starts_with("text/javascript"), "{reference}: {media_type}");
        assert!(!text.is_empty(), "{reference}");
    }
    serde_json::from_str(&fetch(page.join("openapi.json").unwrap()).await.1).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_and_scripts_are_loaded_from_the_server() {
    let (_database, server) = server().await;
    browse(&server.url.parse().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_displays_the_description_with_samples() {
    let (_database, server) = server().await;
    let description = browse(&server.url.parse().unwrap()).await;
    let mut operations = 0;
    for operation in
        description["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap())
    {
        let samples = operation.1["x-codeSamples"].as_array().unwrap();
        let labels: Vec<&str> = samples.iter().map(|sample| sample["label"].as_str().unwrap()).collect();
        assert_eq!(labels, ["curl", "Rust", "TypeScript", "Python"], "{}", operation.1["operationId"]);
        for sample in samples {
            let source = sample["source"].as_str().unwrap();
            // The page replaces it by the address of the server.
            assert!(source.contains("https://server.invalid"), "{source}");
        }
        operations += 1;
    }
    let file = fetch(server.url.parse::<Url>().unwrap().join("/openapi.json").unwrap()).await.1;
    assert!(!file.contains("x-codeSamples") && !file.contains("server.invalid"));
    // The events that the server sends to webhooks have an operation id too, but no samples.
    let events = description["webhooks"].as_object().unwrap().len();
    assert_eq!(operations + events, file.matches("\"operationId\"").count());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_works_below_a_path_prefix() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let public = "https://contacts.example.com/api";
    let (here, _server) = serve_at(&database, public).await;
    for path in ["/api/", "/"] {
        browse(&format!("{here}{path}").parse().unwrap()).await;
    }
    let (status, location) = request_root(&format!("{here}/api"), "text/html").await;
    assert_eq!((status, location.unwrap()), (303, format!("{public}/docs/")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn root_redirects_browsers_to_the_page() {
    let (_database, server) = server().await;
    let chrome = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
    for accept in [chrome, "TEXT/HTML", "application/json, text/html;q=0.1"] {
        let (status, location) = request_root(&server.url, accept).await;
        assert_eq!((status, location.as_deref()), (303, Some("docs/")), "{accept}");
    }
    for accept in ["*/*", "application/json", "text/htmlx", ""] {
        assert_eq!(request_root(&server.url, accept).await, (404, None), "{accept}");
    }
}

/// Requests the root; returns the status and the `Location` of the response.
async fn request_root(url: &str, accept: &str) -> (u16, Option<String>) {
    let response = http().get(url).header("Accept", accept).send().await.unwrap();
    assert_eq!(response.headers()["vary"], "Accept");
    let location = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    (response.status().as_u16(), location)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_served_files_contain_the_description() {
    let (_database, server) = server().await;
    let here: Url = server.url.parse().unwrap();
    let (media_type, json) = fetch(here.join("/openapi.json").unwrap()).await;
    assert!(media_type.starts_with("application/json"), "{media_type}");
    let (media_type, yaml) = fetch(here.join("/openapi.yaml").unwrap()).await;
    assert!(media_type.starts_with("application/yaml"), "{media_type}");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(yaml_serde::from_str::<Value>(&yaml).unwrap(), json);
    let mut document: Value = yaml_serde::from_str(include_str!("../../../../openapi.yaml")).unwrap();
    // The served files refer to the server that they come from.
    document["servers"] = json!([{ "url": "/" }]);
    assert_eq!(document, json);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn file_contains_the_public_url_as_the_server() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let public = "https://contacts.example.com/api";
    let (here, _server) = serve_at(&database, public).await;
    let (_, json) = fetch(format!("{here}/api/openapi.json").parse().unwrap()).await;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["servers"], json!([{ "url": public }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_security_policy_allows_only_what_the_server_sends() {
    let (_database, server) = server().await;
    let docs = Url::parse(&server.url).unwrap().join("/docs/").unwrap();
    let mut nonces = BTreeSet::new();
    for _ in 0..2 {
        let response = http().get(docs.clone()).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        let policy = header("content-security-policy");
        let directive = |name: &str| {
            let mut directives = policy.split("; ").filter_map(|part| part.split_once(' '));
            directives.find(|(found, _)| *found == name).unwrap_or_else(|| panic!("{policy}")).1
        };
        for (name, sources) in [
            ("default-src", "'none'"),
            ("script-src", "'self'"),
            ("connect-src", "'self'"),
            ("frame-ancestors", "'none'"),
        ] {
            assert_eq!(directive(name), sources, "{policy}");
        }
        let nonce =
            directive("style-src").strip_prefix("'self' 'nonce-").unwrap().strip_suffix('\'').unwrap();
        let nonce = nonce.to_owned();
        let html = response.text().await.unwrap();
        assert!(html.contains(&format!("property=\"csp-nonce\" content=\"{nonce}\"")), "{html}");
        assert!(nonces.insert(nonce), "every page has its own nonce");
        // The policy does not allow inline scripts and styles.
        assert!(html.split("<script").skip(1).all(|tag| tag.starts_with(" src=")), "{html}");
        assert!(!html.contains("<style") && !html.contains("style=") && !html.contains(" on"), "{html}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn script_is_sent_compressed_and_only_if_it_changed() {
    let (_database, server) = server().await;
    let script = Url::parse(&server.url).unwrap().join("/docs/scalar.js").unwrap();
    let plain = http().get(script.clone()).header("Accept-Encoding", "identity").send().await.unwrap();
    assert!(!plain.headers().contains_key("content-encoding"));
    let plain = plain.bytes().await.unwrap();
    let compressed = http().get(script.clone()).header("Accept-Encoding", "gzip").send().await.unwrap();
    assert_eq!(compressed.headers()["content-encoding"], "gzip");
    let tag = compressed.headers()["etag"].clone();
    let compressed = compressed.bytes().await.unwrap();
    assert!(compressed.len() < plain.len() / 3, "{} and {}", compressed.len(), plain.len());

    let known = http().get(script).header("Accept-Encoding", "gzip").header("If-None-Match", tag);
    assert_eq!(known.send().await.unwrap().status(), 304);
}

/// Returns the URLs in the scripts and links of a page.
fn references(html: &str) -> Vec<String> {
    let tags = html.split('<').filter(|tag| tag.starts_with("script") || tag.starts_with("link"));
    let references = tags.filter_map(|tag| {
        let after = tag.split_once("src=\"").or_else(|| tag.split_once("href=\""))?.1;
        Some(after.split('"').next().unwrap().to_owned())
    });
    references.collect()
}

/// Returns the URLs of other hosts in a text: with a scheme, or quoted without one.
fn external_urls(text: &str) -> Vec<&str> {
    let slashes = text.match_indices("//").filter(|(at, _)| {
        let before = &text[..*at];
        before.ends_with("http:") || before.ends_with("https:") || before.ends_with(['"', '\'', '`', '('])
    });
    slashes.map(|(at, _)| text[at..].split(['"', '\'', '`', ')', '\n']).next().unwrap_or_default()).collect()
}

#[test]
fn external_urls_are_found() {
    for text in [
        "<script src=\"https://cdn.example.com/a.js\">",
        "<link href='//example.com/a.css'>",
        "url(//example.com)",
    ] {
        assert_eq!(external_urls(text).len(), 1, "{text}");
    }
    assert_eq!(external_urls("// a comment\n<script src=\"./a.js\"> \"url\": \"/openapi.json\""), NOTHING);
}
