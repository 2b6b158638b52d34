//! The API description: the page with its assets, and the two files.

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

/// Loads `/docs` below this base URL, which ends in a slash, and all its assets like a browser. Returns the description
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
    for (kind, expected) in [("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript")] {
        assert!(references.iter().any(|name| name.ends_with(kind)), "no {kind} in {references:?}");
        let (media_type, _) = fetch(page.join(kind).unwrap()).await;
        assert!(media_type.starts_with(expected), "{kind}: {media_type}");
    }
    let mut description = None;
    for reference in references {
        let asset = page.join(&reference).unwrap();
        assert_eq!(asset.origin(), base.origin(), "{reference}");
        let (_, text) = fetch(asset.clone()).await;
        assert!(!text.is_empty(), "{reference}");
        if reference.ends_with("swagger-initializer.js") {
            assert_eq!(external_urls(&text), NOTHING);
            assert!(text.contains(r#""validatorUrl": "none""#), "no external validator is used: {text}");
            description =
                Some(text.split('"').find(|part| part.ends_with("openapi.json")).unwrap().to_owned());
        }
    }
    let description = page.join(&description.expect("the page has an initializer")).unwrap();
    assert_eq!(description, base.join("openapi.json").unwrap());
    serde_json::from_str(&fetch(description).await.1).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_and_assets_are_loaded_from_the_server() {
    let (_database, server) = server().await;
    let description = browse(&server.url.parse().unwrap()).await;
    assert_eq!(description["servers"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn page_works_below_a_path_prefix() {
    let database = TestDatabase::new(Backend::Sqlite).await;
    let public = "https://contacts.example.com/api";
    let (here, _server) = serve_at(&database, public).await;
    for path in ["/api/", "/"] {
        let description = browse(&format!("{here}{path}").parse().unwrap()).await;
        assert_eq!(description["servers"], json!([{ "url": public }]));
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
async fn both_files_contain_the_description() {
    let (_database, server) = server().await;
    let here: Url = server.url.parse().unwrap();
    let (media_type, json) = fetch(here.join("/openapi.json").unwrap()).await;
    assert!(media_type.starts_with("application/json"), "{media_type}");
    let (media_type, yaml) = fetch(here.join("/openapi.yaml").unwrap()).await;
    assert!(media_type.starts_with("application/yaml"), "{media_type}");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(yaml_serde::from_str::<Value>(&yaml).unwrap(), json);
    assert_eq!(serde_json::to_value(contact_server::description::document()).unwrap(), json);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_security_policy_allows_only_the_assets() {
    let (_database, server) = server().await;
    let docs = Url::parse(&server.url).unwrap().join("/docs/").unwrap();
    let html = fetch(docs.clone()).await.1;
    for path in references(&html).iter().map(String::as_str).chain([""]) {
        let response = http().get(docs.join(path).unwrap()).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        let policy = header("content-security-policy");
        for directive in
            ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]
        {
            assert!(policy.split("; ").any(|part| part == directive), "{path}: {directive} in {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
    }
    // The policy does not allow inline scripts and styles.
    assert!(html.split("<script").skip(1).all(|tag| tag.starts_with(" src=")), "{html}");
    assert!(!html.contains("<style") && !html.contains("style=") && !html.contains(" on"), "{html}");
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
