//! The operations of the API, in one table.

use axum::extract::MatchedPath;
use axum::http::{Extensions, Method};

use crate::description::source::Source;
use crate::paths;

/// Passes the table to a macro. Each row is an operation: its method, its path, whether the public documentation has
/// it, and its handler.
///
/// This module uses the table without the handlers, so that the handlers can use this module. `routes` adds the
/// handlers to the router.
macro_rules! with_operations {
    ($callback:ident) => {
        $callback! {
            GET CONTACTS Extension contacts::list::list_contacts;
            POST CONTACTS Documented contacts::create::create_contact;
            GET CONTACT Documented contacts::get::get_contact;
            PATCH CONTACT Documented contacts::update::update_contact;
            DELETE CONTACT Extension contacts::delete::delete_contact;
            POST CONTACT_BATCH Extension contacts::batch::write_batch;
            GET CONTACT_DUPLICATES Extension contacts::duplicates::list_duplicates;
            POST CONTACT_MERGE Extension contacts::merge::merge_contacts;
            POST CONTACT_RESTORE Extension contacts::delete::restore_contact;
            PUT CONTACT_ACTIVE_AGENT Extension contacts::update::set_active_agent;
            GET CONTACT_THREADS Extension contacts::threads::list_threads;
            POST CONTACT_THREADS Extension contacts::threads::record_thread;
            GET CONTACT_HISTORY Extension contacts::history::list_history;
            GET CHANGES Extension changes::feed::read_changes;
            GET CHANGES_VERIFY Extension changes::verify::verify_changes;
            POST CHANGES_REVERT Extension revert::revert_changes;
            POST CONTACT_TAGS Extension tags::add_tags;
            DELETE CONTACT_TAG Extension tags::remove_tag;
            GET TAGS Extension tags::list_tags;
            PATCH TAG Extension tags::rename_tag;
            GET AGENTS Extension agents::list_agents;
            POST AGENTS Extension agents::create_agent;
            PATCH AGENT Extension agents::update_agent;
            DELETE AGENT Extension agents::delete_agent;
            GET CUSTOM_FIELDS Extension custom_fields::list_custom_fields;
            POST CUSTOM_FIELDS Extension custom_fields::create_custom_field;
            PATCH CUSTOM_FIELD Extension custom_fields::rename_custom_field;
            DELETE CUSTOM_FIELD Extension custom_fields::delete_custom_field;
            GET API_KEYS Extension api_keys::list_api_keys;
            POST API_KEYS Extension api_keys::create_api_key;
            DELETE API_KEY Extension api_keys::revoke_api_key;
            GET WEBHOOKS Extension webhooks::manage::list_webhooks;
            POST WEBHOOKS Extension webhooks::manage::create_webhook;
            PATCH WEBHOOK Extension webhooks::manage::update_webhook;
            DELETE WEBHOOK Extension webhooks::manage::delete_webhook;
            POST WEBHOOK_ROTATE_SECRET Extension webhooks::manage::rotate_webhook_secret;
            POST WEBHOOK_REPLAY Extension webhooks::send_again::replay_webhook;
            POST WEBHOOK_RESEND Extension webhooks::send_again::resend_webhook_change;
            POST WEBHOOK_TEST Extension webhooks::send_again::test_webhook;
            GET WEBHOOK_ATTEMPTS Extension webhooks::send_again::list_webhook_attempts;
            GET WHOAMI Extension whoami::describe_caller;
        }
    };
}
pub(crate) use with_operations;

/// An operation of the API.
#[derive(Debug)]
pub(crate) struct ApiOperation {
    pub(crate) method: Method,
    /// The path, with parameters in braces.
    pub(crate) path: &'static str,
    /// Whether the public documentation has the operation.
    pub(crate) source: Source,
}

macro_rules! table {
    ($($method:ident $path:ident $source:ident $($handler:ident)::+;)+) => {
        /// Every operation.
        pub(crate) static OPERATIONS: &[ApiOperation] = &[$(ApiOperation {
            method: Method::$method,
            path: paths::$path,
            source: Source::$source,
        }),+];
    };
}
with_operations!(table);

impl ApiOperation {
    /// Returns true if the operation writes. Such an operation supports the header `Idempotency-Key`.
    pub(crate) fn writes(&self) -> bool {
        !self.method.is_safe()
    }
}

/// Returns the operation with this method and path. The path has its parameters in braces.
pub(crate) fn find(method: &Method, path: &str) -> Option<&'static ApiOperation> {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    OPERATIONS.iter().find(|operation| operation.method == *method && operation.path == path)
}

/// Returns the operation that the router has chosen for a request.
pub(crate) fn of_request(method: &Method, extensions: &Extensions) -> Option<&'static ApiOperation> {
    find(method, extensions.get::<MatchedPath>()?.as_str())
}

/// Returns true if a path begins like the path of an operation.
pub(crate) fn begins_like_an_operation(path: &str) -> bool {
    let first = paths::first_segment(path);
    OPERATIONS.iter().any(|operation| paths::first_segment(operation.path) == first)
}
