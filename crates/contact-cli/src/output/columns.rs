//! Which columns a list is printed with.

use serde_json::value::RawValue;

use super::cell::Fields;
use super::record::Record;
use crate::failure::{self, Failure};

/// Which columns a list is printed with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns(Option<Vec<String>>);

/// The key of a contact's custom fields. A column `custom_fields.NAME` shows the values of one.
const CUSTOM_FIELDS: &str = "custom_fields";

impl Columns {
    /// Returns the columns with these names, or the usual ones if there are none.
    ///
    /// # Errors
    /// A name is not the name of a column. The failure suggests a similar one.
    pub(crate) fn of<R: Record>(names: &[String]) -> Result<Self, Failure> {
        let known = || R::KEYS.iter().chain(R::FURTHER_KEYS).copied();
        for name in names {
            let is_custom_field = custom_field(name).is_some() && R::FURTHER_KEYS.contains(&CUSTOM_FIELDS);
            if is_custom_field || known().any(|key| key == name) {
                continue;
            }
            let unknown = Failure::usage(format!("there is no column `{name}`"))
                .because(format!("the columns are {}", known().collect::<Vec<_>>().join(", ")));
            return Err(match failure::nearest(name, known()) {
                Some(near) => unknown.tip(format!("a similar column exists: `{near}`")),
                None => unknown,
            });
        }
        Ok(Self((!names.is_empty()).then(|| names.to_vec())))
    }

    /// Returns the names that were chosen, if any were.
    pub(super) fn chosen(&self) -> Option<&[String]> {
        self.0.as_deref()
    }
}

/// Returns the value of a column.
pub(super) fn value(fields: &Fields, column: &str) -> Option<Box<RawValue>> {
    match (fields.get(column), custom_field(column)) {
        (None, Some(name)) => {
            serde_json::from_str::<Fields>(fields.get(CUSTOM_FIELDS)?.get()).ok()?.swap_remove(name)
        }
        (value, _) => value.cloned(),
    }
}

fn custom_field(column: &str) -> Option<&str> {
    column.strip_prefix(CUSTOM_FIELDS)?.strip_prefix('.')
}
