//! Clients that do not read the responses to their requests.

use std::sync::Arc;

use contact_model::clock::SystemClock;
use contact_model::{ProblemType, limits};
use contact_server::{RequestLimits, ResponseLimits};
use contact_testing::{Backend, TestCompany, TestResponse, TestServer, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

on_both_databases!(
    lists_are_refused_while_too_many_bytes_are_unread,
    batch_is_refused_before_it_writes,
    replay_is_refused_while_too_many_bytes_are_unread,
    company_over_its_budget_cannot_write,
    all_companies_share_a_budget,
);

/// The number of contacts in a large response.
const CONTACTS: usize = 40;
/// The number of contacts in a response to a batch with an idempotency key, which is limited to 4 MiB.
const KEYED: usize = 14;
/// The bytes of notes in a large response, which exceed the socket buffers of the kernel.
const LARGE: usize = CONTACTS * 4 * limits::NOTES;

const CONTACT: (&str, &str) = ("Prefer", "return=representation");
const KEY: (&str, &str) = ("Idempotency-Key", "a");
const LIST: &str = "/contacts/?page_size=200";
const BATCH: &str = "/contacts/batch/";

/// A server whose budget is 1.5 large responses for each company and 3.5 for all companies.
async fn start(backend: Backend) -> Arc<TestServer> {
    let responses = ResponseLimits { total: 3 * LARGE + LARGE / 2, per_company: LARGE + LARGE / 2 };
    start_with(backend, responses).await
}

async fn start_with(backend: Backend, responses: ResponseLimits) -> Arc<TestServer> {
    TestServer::start_with(
        backend,
        RequestLimits { responses, ..RequestLimits::default() },
        Arc::new(SystemClock),
    )
    .await
}

/// Creates a company whose list is a large response; returns it with the path of one of its contacts.
async fn company(server: &Arc<TestServer>) -> (TestCompany, String) {
    let company = server.company().await;
    let notes = "\u{1f600}".repeat(limits::NOTES);
    let items = vec![json!({ "op": "insert", "notes": notes }); CONTACTS];
    let response = company.post(BATCH, json!({ "items": items })).await;
    assert_eq!(response.status, 200, "{response:#?}");
    let path = format!("/contacts/{}/", response.json()["results"][0]["id"].as_str().unwrap());
    (company, path)
}

/// Returns a batch that changes a contact several times.
fn changes(path: &str, times: usize) -> Value {
    let id = path.trim_start_matches("/contacts/").trim_end_matches('/');
    let update = |n| json!({ "op": "update", "id": id, "is_dnd": n % 2 == 0 });
    json!({ "items": (0..times).map(update).collect::<Vec<_>>() })
}

async fn send_batch(
    company: &TestCompany,
    query: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> TestResponse {
    let request = company.request(Method::POST, &format!("{BATCH}{query}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    company.send(request.json(body)).await
}

/// Sends a request and reads only the status, which is 200.
async fn leave_unread(
    company: &TestCompany,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut client =
        socket.connect(company.server.url.trim_start_matches("http://").parse().unwrap()).await.unwrap();
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n",
        company.key,
        body.len()
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    client.write_all(request.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    client.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
    client
}

async fn leave_list_unread(company: &TestCompany) -> TcpStream {
    leave_unread(company, "GET", LIST, &[], "").await
}

fn assert_refused(response: &TestResponse) {
    let problem = response.problem(ProblemType::Unavailable);
    assert!(problem.detail.contains("Too many response bytes are unread"), "{problem:#?}");
    assert_eq!(response.header("retry-after"), "1");
}

/// Repeats a request until it is accepted, because the server may not have noticed yet that a client has read its
/// response or closed the connection.
async fn wait_until_accepted(company: &TestCompany, path: &str) -> TestResponse {
    loop {
        let response = company.get(path).await;
        if response.status == 200 {
            return response;
        }
        assert_refused(&response);
    }
}

async fn lists_are_refused_while_too_many_bytes_are_unread(backend: Backend) {
    let server = start(backend).await;
    let ((one, path), (other, _)) = (company(&server).await, company(&server).await);
    let mut unread = leave_list_unread(&one).await;
    for _ in 0..3 {
        assert_refused(&one.get(LIST).await);
    }
    // Small responses and other companies are not affected.
    assert_eq!(one.get("/contacts/?search=nobody").await.status, 200);
    assert_eq!(one.patch(&path, json!({ "notes": "short" })).await.status, 200);
    assert_eq!(other.get(LIST).await.status, 200);

    let mut rest = vec![0; LARGE];
    unread.read_exact(&mut rest).await.unwrap();
    assert!(wait_until_accepted(&one, LIST).await.body.len() > LARGE / 2);
    let closed = leave_list_unread(&one).await;
    assert_refused(&one.get(LIST).await);
    drop(closed);
    wait_until_accepted(&one, LIST).await;
}

async fn batch_is_refused_before_it_writes(backend: Backend) {
    let responses = ResponseLimits { total: 3 * LARGE, per_company: LARGE + LARGE / 4 };
    let server = start_with(backend, responses).await;
    let (company, path) = company(&server).await;
    let version =
        || async { company.request(Method::HEAD, &path).send().await.unwrap().headers()["etag"].clone() };
    let before = version().await;
    let unread = leave_list_unread(&company).await;
    for (query, headers, times) in [
        ("", &[CONTACT][..], CONTACTS),
        ("", &[CONTACT, KEY], KEYED),
        ("?atomic=true", &[CONTACT], CONTACTS),
        ("?atomic=true", &[CONTACT, KEY], KEYED),
    ] {
        assert_refused(&send_batch(&company, query, headers, &changes(&path, times)).await);
        assert_eq!(version().await, before, "{query} {headers:?}");
    }
    // A response without contacts fits into the budget.
    let brief = send_batch(&company, "", &[], &changes(&path, CONTACTS)).await;
    assert_eq!(brief.status, 200, "{brief:#?}");
    drop(unread);
    wait_until_accepted(&company, LIST).await;
    // The key is not used up.
    let response = send_batch(&company, "", &[CONTACT, KEY], &changes(&path, KEYED)).await;
    assert!(response.body.len() > LARGE / CONTACTS * KEYED, "{}", response.status);
}

async fn replay_is_refused_while_too_many_bytes_are_unread(backend: Backend) {
    let keyed = LARGE / CONTACTS * KEYED;
    let server =
        start_with(backend, ResponseLimits { total: 3 * keyed, per_company: keyed + keyed / 2 }).await;
    let (company, path) = company(&server).await;
    let changes = changes(&path, KEYED);
    assert_eq!(send_batch(&company, "", &[CONTACT, KEY], &changes).await.status, 200);
    let body = changes.to_string();
    let unread = leave_unread(&company, "POST", BATCH, &[CONTACT, KEY], &body).await;
    assert_refused(&send_batch(&company, "", &[CONTACT, KEY], &changes).await);
    drop(unread);
    let replay = loop {
        let response = send_batch(&company, "", &[CONTACT, KEY], &changes).await;
        if response.status == 200 {
            break response;
        }
        assert_refused(&response);
    };
    assert_eq!(replay.header("idempotent-replayed"), "true");
}

async fn company_over_its_budget_cannot_write(backend: Backend) {
    let server = start_with(backend, ResponseLimits { total: 3 * LARGE, per_company: LARGE / 2 }).await;
    let (company, path) = company(&server).await;
    // A company without unread responses may have one of any size.
    let unread = leave_list_unread(&company).await;
    assert_refused(&company.patch(&path, json!({ "notes": "lost" })).await);
    assert_refused(&company.post("/contacts/", json!({ "full_name": "lost" })).await);
    assert_refused(&company.get(&path).await);
    drop(unread);
    assert!(!wait_until_accepted(&company, LIST).await.body.contains("lost"));
    let written = company.patch(&path, json!({ "business_name": "Example Ltd" })).await;
    assert_eq!(written.json()["business_name"], "Example Ltd");
}

async fn all_companies_share_a_budget(backend: Backend) {
    let server = start(backend).await;
    let mut unread = Vec::new();
    for _ in 0..3 {
        let (company, _) = company(&server).await;
        unread.push(leave_list_unread(&company).await);
    }
    let (last, path) = company(&server).await;
    assert_refused(&last.get(LIST).await);
    assert_eq!(last.patch(&path, json!({ "notes": "short" })).await.status, 200);
    unread.pop();
    wait_until_accepted(&last, LIST).await;
}
