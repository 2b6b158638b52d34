//! The columns of a list.

use serde_json::value::RawValue;

use super::cell::Fields;
use super::record::Record;
use crate::contact_fields::CUSTOM_FIELDS;
use crate::failure::Failure;

/// The columns that the user chose, or none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns(Option<Vec<String>>);

impl Columns {
    /// Returns the columns with these names, or the default columns if there are none.
    ///
    /// # Errors
    /// A column does not exist. The error suggests a similar one.
    pub(crate) fn of<R: Record>(names: &[String]) -> Result<Self, Failure> {
        let known = || R::KEYS.iter().chain(R::FURTHER_KEYS).copied();
        let is_known = |name: &str| {
            let is_custom_field = name.split_once('.').is_some_and(|(key, _)| key == CUSTOM_FIELDS);
            known().any(|key| key == if is_custom_field { CUSTOM_FIELDS } else { name })
        };
        match names.iter().find(|name| !is_known(name)) {
            Some(name) => Err(Failure::usage(format!("unknown column `{name}`"))
                .because(format!("the columns are {}", known().collect::<Vec<_>>().join(", ")))
                .suggest(name, known())),
            None => Ok(Self((!names.is_empty()).then(|| names.to_vec()))),
        }
    }

    /// Returns the names that were chosen, if any were.
    pub(super) fn chosen(&self) -> Option<&[String]> {
        self.0.as_deref()
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
