//! Tests of the turns of writes and operations, and of query plans.

mod explain;
mod many_contacts;
mod plans;
mod turns;
