//! Custom fields: their definitions by a company, and the values that contacts may have.

mod definition;
mod names;
mod requests;
mod value;
pub mod value_key;
mod values;

pub use definition::{CustomField, CustomFieldType, NewCustomField, check_label, check_name};
pub(crate) use names::FieldsByName;
pub use names::{look_identical, named};
pub use requests::{CustomFieldList, CustomFieldRename};
pub use value::CustomFieldValue;
pub use values::{CustomFieldPatch, CustomFieldValues, ResolvedCustomFields, apply};
