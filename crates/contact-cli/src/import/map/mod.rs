//! From a row of a file to an item of a request.
//!
//! [`Mapping`](mapping::Mapping) decides once which column is for which field, by the headings and `--map`. Each row is
//! then an [`Upsert`](upsert::Upsert), or with `--exact` an insert.

mod cells;
mod custom_value;
mod field_columns;
pub(crate) mod forms;
mod headings;
mod identifiers;
mod left_out;
pub(crate) mod mapping;
mod names;
pub(crate) mod recipe;
mod tags;
mod target;
mod upsert;
mod values;

pub(crate) use self::left_out::LeftOut;
pub(crate) use self::upsert::RowRules;
