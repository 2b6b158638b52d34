//! Rules for every operation.

mod authentication;
mod caching;
mod expiry;
mod outage;
mod paths;
mod rate_limits;
mod request_id;
mod tenancy;
