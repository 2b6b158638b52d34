//! Tests of the workspace's structure: which crates use each other, which modules import each other, and what every
//! crate must have.
//!
//! Each check is a function that lists the faults it finds. It is run twice: on the workspace, in which it must find
//! nothing, and on an example that contains the fault, in which it must find that fault. The second run proves that the
//! check can fail.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod crates;
mod document;
mod features;
mod files;
mod module_graph;
mod modules;

/// The result of a check that finds no fault.
const NOTHING: [&str; 0] = [];
