//! The parameter `include`. It is an extension.

use contact_model::{Include, Parameters};
use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};

use super::query::FromQuery;

/// The further keys that the contact in the response should have.
#[derive(Debug)]
pub(crate) struct IncludeQuery {
    pub(crate) include: Include,
}

impl FromQuery for IncludeQuery {
    fn read(parameters: &mut Parameters) -> Self {
        Self { include: parameters.include() }
    }
}

impl IntoParams for IncludeQuery {
    fn into_params(_parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        // An empty word is allowed and has no effect, because `include=` is an empty list.
        let words = Include::WORDS.into_iter().chain([""]);
        let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
        let include = ParameterBuilder::new()
            .name("include")
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(
                "Extension: further keys for the contact that is answered, separated by commas. \
                 An unknown one is a 400.",
            ))
            .schema(Some(ArrayBuilder::new().items(word)))
            .style(Some(ParameterStyle::Form))
            .explode(Some(false))
            .extensions(Some([("x-extension".to_owned(), json!(true))].into_iter().collect()));
        vec![include.build()]
    }
}
