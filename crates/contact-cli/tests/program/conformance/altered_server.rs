//! A server that is not quite the real one: it asks the real one, and alters what is asked or answered.

use contact_testing::{TestCompany, TestServer};
use reqwest::header::{AUTHORIZATION, HOST};
use serde_json::Value;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers};

/// A request on its way to the real server.
pub(super) struct Asked {
    pub(super) method: String,
    /// With the query.
    pub(super) path: String,
    pub(super) body: Vec<u8>,
}

/// An answer on its way back.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    /// The body, if it is JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Answered {
    /// Alters the body, if it is JSON.
    pub(super) fn alter_json(&mut self, alter: impl FnOnce(&mut Value)) {
        if let Ok(mut json) = serde_json::from_slice::<Value>(&self.body) {
            alter(&mut json);
            self.body = json.to_string().into_bytes();
        }
    }
}

/// What is altered of a request, and of its answer.
pub(super) type Alter<T> = fn(&Asked, &mut T);

/// What the server is like. Its key is of another form than the real one's.
#[derive(Clone)]
struct Altering {
    url: String,
    key: String,
    http: reqwest::Client,
    asked: fn(&mut Asked),
    answered: Alter<Answered>,
}

/// The key that the altered server takes.
pub(super) const FOREIGN_KEY: &str = "another-servers.key-1";

/// Starts a server that asks the real one in the name of a company.
pub(super) async fn start(
    server: &TestServer,
    company: &TestCompany,
    asked: fn(&mut Asked),
    answered: Alter<Answered>,
) -> MockServer {
    // Each request has a runtime of its own, which takes its connections along.
    let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
    let altering = Altering { url: server.url.clone(), key: company.key.clone(), http, asked, answered };
    let altered = MockServer::start().await;
    Mock::given(matchers::any()).respond_with(altering).mount(&altered).await;
    altered
}

impl Respond for Altering {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let (altering, request) = (self.clone(), request.clone());
        // A thread of its own, for this is asked for in the midst of a runtime.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(altering.ask(request))
        })
        .join()
        .unwrap()
    }
}

impl Altering {
    async fn ask(self, request: Request) -> ResponseTemplate {
        let path = &request.url[url::Position::BeforePath..];
        let mut asked =
            Asked { method: request.method.to_string(), path: path.to_owned(), body: request.body.clone() };
        (self.asked)(&mut asked);
        let mut headers = request.headers.clone();
        headers.remove(HOST);
        headers.remove("content-length");
        if let Some(key) = headers.get_mut(AUTHORIZATION) {
            *key = key.to_str().unwrap().replace(FOREIGN_KEY, &self.key).parse().unwrap();
        }
        let url = format!("{}{}", self.url, asked.path);
        let sent =
            self.http.request(asked.method.parse().unwrap(), url).headers(headers).body(asked.body.clone());
        let response = sent.send().await.unwrap();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
        let mut answered = Answered {
            status: response.status().as_u16(),
            headers: response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: Vec::new(),
        };
        answered.body = response.bytes().await.unwrap().to_vec();
        (self.answered)(&asked, &mut answered);
        let mut template = ResponseTemplate::new(answered.status).set_body_bytes(answered.body);
        for (name, value) in answered.headers.iter().filter(|(name, _)| name != "content-length") {
            template = template.insert_header(name.as_str(), value.as_str());
        }
        template
    }
}
