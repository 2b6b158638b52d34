//! The columns of a list.

use serde_json::value::RawValue;

use super::cell::Fields;
use super::printer::Printer;
use super::record::Record;
use crate::args::columns::ColumnsArgs;
use crate::args::output::Format;
use crate::contact_fields::CUSTOM_FIELDS;
use crate::failure::Failure;

impl Printer {
    /// Returns the columns that were chosen for a list, if any were.
    ///
    /// # Errors
    /// The output has no columns, or a column does not exist. Then the error suggests a similar one.
    pub(crate) fn columns<R: Record>(&self, args: &ColumnsArgs) -> Result<Vec<String>, Failure> {
        if !args.columns.is_empty() && !matches!(self.format, Format::Table | Format::Csv) {
            return Err(Failure::usage("`--columns` requires `--output table` or `--output csv`")
                .tip("use `--include` to add optional keys of contacts to other formats"));
        }
        let known = || R::KEYS.iter().chain(R::FURTHER_KEYS).copied();
        let is_known = |name: &str| {
            let is_custom_field = name.split_once('.').is_some_and(|(key, _)| key == CUSTOM_FIELDS);
            known().any(|key| key == if is_custom_field { CUSTOM_FIELDS } else { name })
        };
        match args.columns.iter().find(|name| !is_known(name)) {
            Some(name) => Err(Failure::usage(format!("unknown column `{name}`"))
                .because(format!("the columns are {}", known().collect::<Vec<_>>().join(", ")))
                .suggest(name, known())),
            None => Ok(args.columns.clone()),
        }
    }
}

/// Returns the value of a column: the value of a key, or of a key of an object, such as `custom_fields.Plan`.
pub(super) fn value(fields: &Fields, column: &str) -> Option<Box<RawValue>> {
    if let Some(value) = fields.get(column) {
        return Some(value.clone());
    }
    let (object, key) = column.split_once('.')?;
    serde_json::from_str::<Fields>(fields.get(object)?.get()).ok()?.swap_remove(key)
}
