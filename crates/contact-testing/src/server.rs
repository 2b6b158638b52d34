//! A server for a test.

use std::sync::Arc;

use contact_model::clock::{Clock, SystemClock};
use contact_model::{Access, ApiKey, CompanyId, Timestamp};
use contact_server::serve::{ServeOptions, serve};
use contact_server::{AppState, RequestLimits, WebhookOptions, app};
use contact_store::company::CreateApiKey;
use contact_store::{Store, StoreOptions};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use crate::{Backend, TestDatabase};

/// A running server. Stops when it is dropped.
pub struct TestServer {
    /// Its URL: `http://127.0.0.1:PORT`.
    pub url: String,
    /// Its store.
    pub store: Store,
    pub(crate) http: reqwest::Client,
    limits: RequestLimits,
    webhooks: Option<WebhookOptions>,
    _stop: oneshot::Sender<()>,
    database: Arc<TestDatabase>,
}

impl TestServer {
    /// Starts a server with a new, empty database.
    pub async fn start(backend: Backend) -> Arc<Self> {
        Self::start_with(backend, RequestLimits::default(), Arc::new(SystemClock)).await
    }

    /// Starts a server with these limits and this clock.
    pub async fn start_with(backend: Backend, limits: RequestLimits, clock: Arc<dyn Clock>) -> Arc<Self> {
        let database = Arc::new(TestDatabase::new(backend).await);
        Self::start_on(database, limits, None, clock).await
    }

    /// Starts a server that sends changes to webhooks.
    pub async fn start_with_webhooks(
        backend: Backend,
        webhooks: WebhookOptions,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        let database = Arc::new(TestDatabase::new(backend).await);
        Self::start_on(database, RequestLimits::default(), Some(webhooks), clock).await
    }

    /// Starts a second server on the database of this one, with the same limits.
    pub async fn start_another(&self) -> Arc<Self> {
        let (database, clock) = (Arc::clone(&self.database), Arc::new(SystemClock));
        Self::start_on(database, self.limits, self.webhooks, clock).await
    }

    async fn start_on(
        database: Arc<TestDatabase>,
        limits: RequestLimits,
        webhooks: Option<WebhookOptions>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        // Tests run in parallel and share one PostgreSQL server, so each uses few connections.
        let options = StoreOptions { connections: 6, ..StoreOptions::default() };
        let store = Store::open_with_clock(database.url(), &options, Arc::clone(&clock))
            .await
            .expect("the database opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it has an address"));
        let state = AppState::new(store.clone(), clock, limits, None, webhooks.unwrap_or_default());
        tokio::spawn(Arc::clone(&state).notify_of_changes());
        let (stop_webhooks, webhooks_stopped) = watch::channel(false);
        let deliverer = webhooks.map(|_| {
            tokio::spawn(contact_server::webhooks::deliver_changes(Arc::clone(&state), webhooks_stopped))
        });
        let app = app(Arc::clone(&state));
        let (stop, stopped) = oneshot::channel::<()>();
        let store_to_close = store.clone();
        tokio::spawn(async move {
            let stop = async move {
                let _ = stopped.await;
                state.stop_waiting();
            };
            serve(listener, app, ServeOptions::default(), stop).await;
            drop(stop_webhooks);
            if let Some(deliverer) = deliverer {
                deliverer.await.expect("the task does not panic");
            }
            store_to_close.close().await;
        });
        let http = reqwest::Client::builder().no_proxy().build().expect("a client can be created");
        Arc::new(Self { url, store, http, limits, webhooks, _stop: stop, database })
    }

    /// Returns the URL of its database.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// Creates a key of a company.
    pub async fn key(&self, company_id: CompanyId, access: Access, expires_at: Option<Timestamp>) -> String {
        let key = ApiKey::from_random(rand::random());
        let create = CreateApiKey { company_id, name: None, access, expires_at, key: key.clone() };
        self.store.run(create).await.expect("a key can be created");
        key.reveal().to_owned()
    }
}
