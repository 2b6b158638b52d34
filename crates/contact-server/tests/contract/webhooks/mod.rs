//! Webhooks, with a receiver in the process of the test.

mod addresses;
mod failures;
mod fixture;
mod management;
mod replay;
mod sending;
mod servers;
