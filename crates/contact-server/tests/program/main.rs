//! Tests of the program as a process: its command line, output, signals and exit codes.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod audit;
mod caller;
mod commands;
mod configuration;
mod connections;
mod custom_fields;
mod description_files;
mod docs_page;
mod durability;
mod erasure;
mod file_modes;
mod first_start;
mod health;
mod help;
mod key_uses;
mod keys;
mod log;
mod log_attack;
mod missing_database;
mod openapi;
mod process;
mod public_url;
mod redaction;
mod refusals;
mod secret_files;
mod shell_lines;
mod slow_clients;
mod sql;
mod stop;
mod webhooks;
