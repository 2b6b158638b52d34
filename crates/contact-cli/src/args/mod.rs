//! Groups of arguments that several commands share.

pub(crate) mod body;
pub(crate) mod columns;
pub(crate) mod connection;
pub(crate) mod contact_fields;
mod contact_write;
mod custom_field_value;
mod filters;
pub(crate) mod ids;
mod include;
pub(crate) mod matching;
pub(crate) mod output;
mod pages;
mod tags;
mod words;
pub(crate) mod write;

pub(crate) use self::body::BodySource;
pub(crate) use self::columns::ColumnsArgs;
pub(crate) use self::connection::{ConnectionArgs, KeyText};
pub(crate) use self::contact_fields::ContactFieldArgs;
pub(crate) use self::contact_write::ContactWriteArgs;
pub(crate) use self::filters::FilterArgs;
pub(crate) use self::include::IncludeArgs;
pub(crate) use self::matching::MatchArgs;
pub(crate) use self::pages::PagesArgs;
pub(crate) use self::tags::TagChangeArgs;
pub(crate) use self::words::one_of;
pub(crate) use self::write::{DeleteArgs, ReceiptArgs, StrictArgs, WriteArgs};
