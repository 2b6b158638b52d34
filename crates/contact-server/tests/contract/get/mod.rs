//! `GET /contacts/{contact_id}/`, and the operations that record what it returns.

mod agents;
mod history;
mod include;
mod response;
mod thread_pages;
mod threads;
