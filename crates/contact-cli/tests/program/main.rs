//! The program as its users run it: a process against a real server.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod changes;
mod columns;
mod commands;
mod conformance;
mod description;
mod endless_lists;
mod exit_codes;
mod export;
mod export_file;
mod gate;
mod help;
mod hostile_text;
mod import;
mod key_files;
mod key_origin;
mod merging;
mod output;
mod process;
mod profiles;
mod shell_files;
mod stage;
mod terminal;
mod undo;
mod updates;
