//! Rules for every operation.

mod authentication;
mod caching;
mod expiry;
mod outage;
mod paths;
mod request_id;
mod tenancy;
