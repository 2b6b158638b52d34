//! The links between the pages of a list and their sealed cursors.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contact_model::TagCursor;
use contact_model::{AgentId, IdCursor, ProblemType};
use contact_testing::{Backend, TestCompany, TestResponse, TestServer, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, bad};

on_both_databases!(
    page_links_contain_no_host,
    cursor_does_not_reveal_data,
    cursor_of_another_company_is_a_400,
    unsealed_cursor_is_a_400_with_a_hint,
    cursor_is_valid_on_every_server_of_the_database,
    cursor_with_a_long_name_fits_into_a_url,
);

/// Two pages of contacts, tags and agents.
async fn fixture(backend: Backend) -> Fixture {
    let fixture =
        Fixture::with(backend, json!({ "full_name": "Zelda Quillfeather", "tags": ["zelda-tag", "zz"] }))
            .await;
    for name in ["Zelda Quillfeather", "Zoe"] {
        fixture.company.create(json!({ "full_name": name, "tags": ["zelda-tag"] })).await;
        fixture.company.post("/agents/", json!({ "name": name })).await;
    }
    fixture
}

/// Lists with at least two entries.
const LISTS: [&str; 5] =
    ["/contacts/", "/contacts/?sort=name", "/contacts/?tag=zelda-tag&sort=-created_at", "/tags/", "/agents/"];

/// Reads the first page of a list, with one entry.
async fn first_page(company: &TestCompany, list: &str) -> TestResponse {
    company.get(&with_page_size_one(list)).await
}

fn with_page_size_one(list: &str) -> String {
    format!("{list}{}page_size=1", if list.contains('?') { '&' } else { '?' })
}

/// The link to the next page.
fn next(page: &TestResponse) -> String {
    page.json()["next"].as_str().expect("there is another page").to_owned()
}

fn cursor(link: &str) -> &str {
    link.split_once("cursor=").unwrap().1
}

fn assert_bad_cursor(response: &TestResponse) {
    assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), bad(&[("cursor", "invalid_value")]));
    let detail = response.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("omit it to start from the beginning"), "{detail}");
}

async fn page_links_contain_no_host(backend: Backend) {
    let fixture = fixture(backend).await;
    for host in
        ["evil.example", "user:pw@evil.example", "evil.example:80", "[::1]:8080", "a//b", "x?y", "x#y"]
    {
        for list in LISTS {
            let request =
                fixture.company.request(reqwest::Method::GET, &with_page_size_one(list)).header("Host", host);
            let page = fixture.company.send(request).await;
            if page.status != 200 {
                assert!(!page.body.contains("evil"), "{host}: {page:#?}");
                continue;
            }
            let link = next(&page);
            let path = list.split('?').next().unwrap();
            assert!(link.starts_with(&format!("{path}?")) && !link.contains("evil"), "{host}: {link}");
            let second = fixture.company.get(&link).await;
            assert_eq!(second.status, 200, "{link}");
            if path == "/contacts/" {
                let back = second.json()["previous"].as_str().unwrap().to_owned();
                assert!(back.starts_with("/contacts/?"), "{back}");
            }
        }
    }
}

async fn cursor_does_not_reveal_data(backend: Backend) {
    let fixture = fixture(backend).await;
    for list in LISTS {
        let page = first_page(&fixture.company, list).await;
        let link = next(&page);
        let bytes = URL_SAFE_NO_PAD.decode(cursor(&link)).unwrap();
        // Unsealed cursors are encoded twice.
        let inside = URL_SAFE_NO_PAD.decode(&bytes).unwrap_or_default();
        for bytes in [bytes, inside] {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            for secret in ["zelda", "quill", "zoe"] {
                assert!(!text.contains(secret), "{list}: {text}");
            }
        }
        let again = next(&first_page(&fixture.company, list).await);
        assert_ne!(cursor(&link), cursor(&again), "{list}: equal positions have different cursors");
    }
}

async fn cursor_of_another_company_is_a_400(backend: Backend) {
    let fixture = fixture(backend).await;
    let stranger = fixture.company.server.company().await;
    for list in LISTS {
        let link = next(&first_page(&fixture.company, list).await);
        assert_eq!(fixture.company.get(&link).await.status, 200);
        assert_bad_cursor(&stranger.get(&link).await);
    }
}

async fn unsealed_cursor_is_a_400_with_a_hint(backend: Backend) {
    let fixture = fixture(backend).await;
    let id = fixture.id.0;
    for (list, plain) in [
        ("/contacts/?sort=name&", "AQMAAQAAAAAAAAAAAAAAAAAAAAebJQVWFs8jIQNqYW5luCalbg".to_owned()),
        ("/tags/?", TagCursor("vip".to_owned()).to_string()),
        ("/agents/?", IdCursor(AgentId(id)).to_string()),
    ] {
        assert_bad_cursor(&fixture.company.get(&format!("{list}cursor={plain}")).await);
    }
}

/// Servers share one secret, also if several of them open a new database at the same time.
async fn cursor_is_valid_on_every_server_of_the_database(backend: Backend) {
    let fixture = fixture(backend).await;
    let mut servers = Vec::new();
    for _ in 0..4 {
        servers.push(fixture.company.server.start_another().await);
    }
    let list = async |server: &Arc<TestServer>| {
        let company = server.seen_by(&fixture.company);
        (next(&first_page(&company, "/contacts/?sort=name").await), company)
    };
    let pages = futures::future::join_all(servers.iter().map(list)).await;
    for (link, _) in &pages {
        for (_, company) in &pages {
            let page = company.get(link).await;
            assert_eq!(page.status, 200, "{page:#?}");
        }
        assert_eq!(fixture.company.get(link).await.status, 200);
    }
    // A server that starts later accepts them, too.
    let later = fixture.company.server.start_another().await;
    assert_eq!(later.seen_by(&fixture.company).get(&pages[0].0).await.status, 200);
}

async fn cursor_with_a_long_name_fits_into_a_url(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "full_name": "𝒜".repeat(255) })).await;
    fixture.company.create(json!({ "full_name": "𝒜".repeat(255) })).await;
    let link = next(&first_page(&fixture.company, "/contacts/?sort=name").await);
    assert!(link.len() < 2_000, "{}", link.len());
    assert_eq!(fixture.company.get(&link).await.status, 200);
    let short = next(&first_page(&fixture.company, "/contacts/").await);
    assert!(cursor(&short).len() <= 130, "{short}");
}
