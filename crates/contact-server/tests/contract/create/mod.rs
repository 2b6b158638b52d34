//! `POST /contacts/`

mod country;
mod fields;
mod match_person;
mod match_policy;
mod matching;
mod phones;
mod response;
