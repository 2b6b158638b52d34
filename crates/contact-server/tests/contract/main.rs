//! The contract over HTTP, a case for every line of its tables, each on both databases.

mod update;
