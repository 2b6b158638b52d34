//! The header `Prefer` as the API description declares it: each operation names the preferences that it knows.

use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

const CREATE_RETURN: &str = "`return=representation` answers with the contact, `return=receipt` with the contact \
    and what was done to it, field by field";
const RETURN: &str = "`return=receipt` answers with the contact and what was done to it, field by field, \
    `return=representation` with the contact, as without it";
const MATCH: &str = "`match=phone`, `match=email` or `match=reject` decides where phone and email hit two \
    contacts: the phone's is updated (the default), the email's is, or the request is refused";
const UPSERTS_MATCH: &str = "`match=phone`, `match=email` or `match=reject` decides where phone and email of an \
    upsert hit two contacts: the phone's is updated (the default), the email's is, or the item is refused";
const HANDLING: &str = "`handling=strict` refuses with a 400 that names it all what `handling=lenient`, the \
    default, ignores, leaves out or stores as another value";
const ITEMS_HANDLING: &str = "`handling=strict` refuses what `handling=lenient`, the default, ignores, leaves \
    out or stores as another value: an item with a 400 or 409 of its own, and the whole for an unknown key \
    beside the items";

macro_rules! prefer_parameter {
    ($(#[$doc:meta])* $name:ident: $($preference:expr),+) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoParams for $name {
            fn into_params(_parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                vec![declare(&[$($preference),+])]
            }
        }
    };
}

prefer_parameter!(
    /// Of the operation that creates a contact.
    CreatePreferences: CREATE_RETURN, MATCH, HANDLING
);
prefer_parameter!(
    /// Of every other operation that writes a contact and takes a body.
    ContactBodyPreferences: RETURN, HANDLING
);
prefer_parameter!(
    /// Of every operation that writes a contact and takes no body.
    ContactPreferences: RETURN
);
prefer_parameter!(
    /// Of every other operation that takes a body.
    BodyPreferences: HANDLING
);
prefer_parameter!(
    /// Of the operation that does many writes.
    BatchPreferences: UPSERTS_MATCH, ITEMS_HANDLING
);

/// True of the header where the operation can answer with a receipt.
pub(crate) fn knows_receipts(parameter: &Parameter) -> bool {
    let description = parameter.description.as_deref().unwrap_or_default();
    parameter.name == "Prefer" && description.contains("`return=receipt`")
}

fn declare(known: &[&str]) -> Parameter {
    let description = format!(
        "Extension: {}. Several are separated by commas; what is not known is ignored.",
        known.join("; ")
    );
    ParameterBuilder::new()
        .name("Prefer")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .extensions(Some([("x-extension".to_owned(), json!(true))].into_iter().collect()))
        .build()
}
