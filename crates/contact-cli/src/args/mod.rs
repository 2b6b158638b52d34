//! Groups of arguments that several commands share.

pub(crate) mod body;
pub(crate) mod columns;
pub(crate) mod connection;
pub(crate) mod contact_fields;
pub(crate) mod contact_write;
pub(crate) mod custom_field_value;
pub(crate) mod filters;
pub(crate) mod ids;
pub(crate) mod include;
pub(crate) mod matching;
pub(crate) mod output;
pub(crate) mod pages;
pub(crate) mod tag_changes;
pub(crate) mod tag_list;
pub(crate) mod words;
pub(crate) mod write;
