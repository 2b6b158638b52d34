//! Custom fields. All calls except the list need an admin key.

use contact_model::{CustomFieldId, CustomFieldRename, NewCustomField};
use reqwest::Method;

use crate::operation::{CreateCustomField, DeleteCustomField, ListCustomFields, RenameCustomField};
use crate::{Body, Call, Client};

impl Client {
    /// Lists all custom fields of the company, sorted by name.
    pub fn list_custom_fields(&self) -> Call<ListCustomFields> {
        self.call(Method::GET, &["custom-fields"])
    }

    /// Defines a custom field. Needs an admin key.
    pub fn create_custom_field(&self, field: impl Into<Body<NewCustomField>>) -> Call<CreateCustomField> {
        self.call_with(Method::POST, &["custom-fields"], field)
    }

    /// Renames a custom field. Its values stay the same. Needs an admin key.
    pub fn rename_custom_field(&self, id: CustomFieldId, name: impl Into<String>) -> Call<RenameCustomField> {
        let rename = CustomFieldRename { name: name.into() };
        self.call_with(Method::PATCH, &["custom-fields", &id.to_string()], rename)
    }

    /// Deletes a custom field and its values. Needs an admin key.
    pub fn delete_custom_field(&self, id: CustomFieldId) -> Call<DeleteCustomField> {
        self.call(Method::DELETE, &["custom-fields", &id.to_string()])
    }
}
