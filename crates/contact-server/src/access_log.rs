//! Writes one line in the log for each request, at the level `info`.
//!
//! The line contains the route and not the path, because a path may contain a tag. It contains no query, no body and
//! no API key.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use contact_model::CompanyId;
use tracing::Level;

/// What the log contains as the route of a request for which the server has no route.
pub(crate) const NO_ROUTE: &str = "none";

/// What the log contains as the method of a request if it is not one of the methods of HTTP.
const OTHER_METHOD: &str = "other";

/// Returns the method as the log contains it. A client may send any word as a method.
pub(crate) fn method_name(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "CONNECT", "PATCH", "TRACE"];
    KNOWN.into_iter().find(|known| method == known).unwrap_or(OTHER_METHOD)
}

/// The data for a request's line in the log. It exists only if the line will be written.
pub(crate) struct AccessLog {
    started: Instant,
    company: RecordedCompany,
}

/// The company of the API key that the request was sent with, once it is known.
#[derive(Clone, Default)]
struct RecordedCompany(Arc<OnceLock<CompanyId>>);

impl AccessLog {
    /// Begins the line of a request. Returns `None` if the log does not contain this level; the request then pays
    /// nothing more.
    pub(crate) fn begin(request: &mut Request) -> Option<Self> {
        if !tracing::enabled!(Level::INFO) {
            return None;
        }
        let company = RecordedCompany::default();
        request.extensions_mut().insert(company.clone());
        Some(Self { started: Instant::now(), company })
    }

    /// Writes the line.
    pub(crate) fn end(self, method: &str, route: &str, status: StatusCode, request_id: &str) {
        let Self { started, company } = self;
        tracing::info!(
            %method,
            route,
            status = status.as_u16(),
            duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            request_id,
            company_id = company.0.get().map(display),
            "request"
        );
    }
}

/// Records the company of a request for its line in the log.
pub(crate) fn record_company(parts: &Parts, company_id: CompanyId) {
    if let Some(recorded) = parts.extensions.get::<RecordedCompany>() {
        // A request has one company, so it does not matter if it is set already.
        let _ = recorded.0.set(company_id);
    }
}
