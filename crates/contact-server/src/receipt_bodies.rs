//! Declares the body with a receipt in the API description, for every response of the operations that support
//! `Prefer: return=receipt`.

use contact_model::receipt::MEDIA_TYPE;
use serde_json::json;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::{Content, ContentBuilder, OpenApi, Ref, RefOr};

use crate::extract::offers_receipts;

/// The schemas of responses without a receipt, each with the schema of the same response with one.
const WITH_RECEIPT: [(&str, &str); 3] =
    [("Contact", "ContactReceipt"), ("AgentThread", "ThreadReceipt"), ("BatchAnswer", "BatchAnswer")];

/// Declares the bodies.
pub(crate) fn declare(description: &mut OpenApi) {
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(declare_of);
    }
}

fn declare_of(operation: &mut Operation) {
    let mut parameters = operation.parameters.iter().flatten();
    let offers =
        |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if offers_receipts(parameter));
    if !parameters.any(offers) {
        return;
    }
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        let answered = response.content.get("application/json").and_then(schema_name);
        let with_receipt = WITH_RECEIPT.iter().find(|(without, _)| Some(*without) == answered.as_deref());
        if let Some((_, schema)) = with_receipt {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(*schema)))
                .extensions(Some([("x-extension".to_owned(), json!(true))].into_iter().collect()));
            response.content.insert(MEDIA_TYPE.to_owned(), content.build().into());
        }
    }
}

fn schema_name(content: &RefOr<Content>) -> Option<String> {
    let RefOr::T(Content { schema: Some(RefOr::Ref(schema)), .. }) = content else { return None };
    schema.ref_location.rsplit('/').next().map(str::to_owned)
}
