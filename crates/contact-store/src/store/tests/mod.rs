//! Tests of the turns of writes and operations, and of query plans.

mod explain;
mod plans;
mod turns;
