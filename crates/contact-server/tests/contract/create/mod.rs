//! `POST /contacts/`

mod answer;
mod country;
mod fields;
mod matching;
mod names;
mod phones;
