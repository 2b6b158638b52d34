//! Tests of the store, on both databases.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod agents;
mod atomic_sets;
mod clock;
mod common_words;
mod company;
mod connections;
mod country;
mod custom_fields;
mod dry_runs;
mod duplicates;
mod fairness;
mod feed;
mod fixture;
mod history;
mod idempotency;
mod inserts;
mod latest_changes;
mod list_reference;
mod lists;
mod match_person;
mod merge;
mod merge_matching;
mod merge_undo;
mod old_database;
mod options;
mod pages;
mod random_writes;
mod reference;
mod reference_contact;
mod replay;
mod revert;
mod scenario_setup;
mod scenarios;
mod schema;
mod sets;
mod stale_plans;
mod tenancy;
mod time_limits;
mod upgrade;
mod upserts;
mod waiting_writes;
