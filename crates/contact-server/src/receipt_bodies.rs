//! The body with a receipt, as the API description declares it: of every answer of the operations that
//! know `Prefer: return=receipt`.

use contact_model::receipt::MEDIA_TYPE;
use serde_json::json;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr};

use crate::extract::knows_receipts;

/// Declares it.
pub(crate) fn declare(description: &mut OpenApi) {
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(declare_of);
    }
}

fn declare_of(operation: &mut Operation) {
    let mut parameters = operation.parameters.iter().flatten();
    let knows =
        |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if knows_receipts(parameter));
    if !parameters.any(knows) {
        return;
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with('2') {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("ContactReceipt")))
                .extensions(Some([("x-extension".to_owned(), json!(true))].into_iter().collect()));
            response.content.insert(MEDIA_TYPE.to_owned(), content.build().into());
        }
    }
}
