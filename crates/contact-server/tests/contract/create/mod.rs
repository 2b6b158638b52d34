//! `POST /contacts/`

mod answer;
mod country;
mod fields;
mod match_person;
mod match_policy;
mod matching;
mod phones;
