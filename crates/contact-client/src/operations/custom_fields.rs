//! Custom fields. All but listing them needs an admin key.

use contact_model::custom_field::NewCustomField;
use contact_model::{CustomFieldId, CustomFieldRename};
use reqwest::Method;

use crate::operation::{CreateCustomField, DeleteCustomField, ListCustomFields, RenameCustomField};
use crate::{Call, Client};

impl Client {
    /// Lists the company's custom fields, by name.
    pub fn list_custom_fields(&self) -> Call<ListCustomFields> {
        self.call(self.request(Method::GET, &["custom-fields"]))
    }

    /// Defines a custom field.
    pub fn create_custom_field(&self, field: NewCustomField) -> Call<CreateCustomField> {
        let draft = self.request(Method::POST, &["custom-fields"]);
        self.call(draft.and_then(|request| request.json(&field)))
    }

    /// Renames a custom field; its values stay.
    pub fn rename_custom_field(&self, id: CustomFieldId, name: impl Into<String>) -> Call<RenameCustomField> {
        let rename = CustomFieldRename { name: name.into() };
        let draft = self.request(Method::PATCH, &["custom-fields", &id.to_string()]);
        self.call(draft.and_then(|request| request.json(&rename)))
    }

    /// Deletes a custom field and its values.
    pub fn delete_custom_field(&self, id: CustomFieldId) -> Call<DeleteCustomField> {
        self.call(self.request(Method::DELETE, &["custom-fields", &id.to_string()]))
    }
}
