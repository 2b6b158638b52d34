//! `GET /contacts/{contact_id}/`, and the operations that record what it answers.

mod agents;
mod answer;
mod include;
mod thread_pages;
mod threads;
