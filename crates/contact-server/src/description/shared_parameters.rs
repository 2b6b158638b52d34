//! The parameters that several operations share. They are components of the description.

use utoipa::IntoParams;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::{Components, Ref, RefOr};

use super::idempotency_key;
use super::list_parameters::PageParameters;
use crate::extract::{
    AgentPath, ApiKeyPath, BodyHeaders, ContactBodyHeaders, ContactHeaders, ContactPath, CustomFieldPath,
    IncludeQuery, PlainHeaders, TagPath, describe_operation_id,
};

/// Returns the parameters that several operations share, each with the name of its component.
fn shared() -> Vec<(&'static str, Parameter)> {
    let shared = [
        ("AgentId", of::<AgentPath>("agent_id")),
        ("ApiKeyId", of::<ApiKeyPath>("api_key_id")),
        ("ContactId", of::<ContactPath>("contact_id")),
        ("CustomFieldId", of::<CustomFieldPath>("custom_field_id")),
        ("Tag", of::<TagPath>("tag")),
        ("Include", of::<IncludeQuery>("include")),
        ("PageSize", of::<PageParameters>("page_size")),
        ("Cursor", of::<PageParameters>("cursor")),
        ("IdempotencyKey", Some(idempotency_key::parameter())),
        ("OperationId", Some(describe_operation_id())),
        ("IfMatch", of::<ContactHeaders>("If-Match")),
        ("PreferContactUpdate", of::<ContactBodyHeaders>("Prefer")),
        ("PreferContactChange", of::<ContactHeaders>("Prefer")),
        ("PreferWrite", of::<BodyHeaders>("Prefer")),
        ("PreferDryRun", of::<PlainHeaders>("Prefer")),
    ];
    shared.into_iter().filter_map(|(name, parameter)| Some((name, parameter?))).collect()
}

/// Returns the parameter with this name.
fn of<P: IntoParams>(name: &str) -> Option<Parameter> {
    P::into_params(|| None).into_iter().find(|parameter| parameter.name == name)
}

/// Makes the shared parameters of the operations components, to which the operations refer.
pub(super) fn share<'o>(operations: impl Iterator<Item = &'o mut Operation>, components: &mut Components) {
    let shared = shared();
    for parameter in operations.flat_map(|operation| operation.parameters.iter_mut().flatten()) {
        let RefOr::T(described) = parameter else { continue };
        if let Some((name, _)) = shared.iter().find(|(_, shared)| shared == described) {
            *parameter = RefOr::Ref(Ref::new(format!("#/components/parameters/{name}")));
        }
    }
    let named = shared.into_iter().map(|(name, parameter)| (name.to_owned(), parameter.into()));
    components.parameters.extend(named);
}
