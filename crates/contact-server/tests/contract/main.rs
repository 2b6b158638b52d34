//! Tests of the API over HTTP, on both databases. The cases of `contact-conformance` cover what a single client can
//! observe, and are run here as well; the other tests need access to the server or to several companies.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod agent_operations;
mod api_key_operations;
mod batch;
mod bodies;
mod changes;
mod company_lists;
mod concurrency;
mod conformance;
mod create;
mod cursors;
mod custom_field_operations;
mod custom_fields;
mod deleted_list;
mod deletion;
mod dry_run;
mod entity_tags;
mod fixture;
mod get;
mod idempotency;
mod if_match;
mod list_operation;
mod merge;
mod operations;
mod properties;
mod raw_connection;
mod receipts;
mod requests;
mod revert;
mod settable_clock;
mod shared;
mod strict;
mod tag_rename;
mod tags;
mod unread_responses;
mod update;
mod webhooks;
mod whoami;
