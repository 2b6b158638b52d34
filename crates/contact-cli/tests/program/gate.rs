//! A proxy before the server that holds requests until the test lets them through.

use contact_testing::{Received, ScriptedServer, Step, TEST_TIMEOUT, TestCompany};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// A proxy that holds requests. It lets all of them through when this is dropped.
pub(crate) struct Gate {
    pub(crate) server: ScriptedServer,
    held: mpsc::UnboundedReceiver<Held>,
}

/// A request that is held. It is let through when this is dropped.
pub(crate) struct Held {
    pub(crate) request: Received,
    step: oneshot::Sender<Step>,
}

impl Gate {
    /// Starts a gate before the server of a company. It holds the requests for which the function returns true.
    pub(crate) async fn before(company: &TestCompany, holds: fn(&Received) -> bool) -> Self {
        let company = company.clone();
        let (sender, held) = mpsc::unbounded_channel();
        let server = ScriptedServer::start_async(move |request| {
            let (company, sender) = (company.clone(), sender.clone());
            async move {
                if holds(&request) {
                    let (step, chosen) = oneshot::channel();
                    let _ = sender.send(Held { request: request.clone(), step });
                    if let Ok(step) = chosen.await {
                        return step;
                    }
                }
                company.forward(&request).await.into()
            }
        });
        Self { server: server.await, held }
    }

    /// Waits for the next request that is held.
    pub(crate) async fn next(&mut self) -> Held {
        timeout(TEST_TIMEOUT, self.held.recv()).await.expect("a request comes").expect("the server runs")
    }

    /// Lets this many requests through.
    pub(crate) async fn let_through(&mut self, requests: usize) {
        for _ in 0..requests {
            self.next().await;
        }
    }
}

impl Held {
    /// Does this instead of letting the request through.
    pub(crate) fn respond(self, step: Step) {
        let _ = self.step.send(step);
    }
}
