//! PostgreSQL, over the network. The statements that load and store contacts process a whole set, by arrays and
//! `unnest`.

mod advisory_lock;
mod change_log;
mod changes;
mod connection;
mod contacts;
mod dependent_rows;
mod lookup;
mod page;
mod pool;
mod responses;
mod session;
mod statements;
mod work;
mod worker;

#[cfg(test)]
pub(crate) use contacts::MATCH_STATEMENTS;
pub(crate) use pool::PostgresPool;
pub(crate) use worker::WorkerConnection;
