//! The parameter `include`. It is an extension.

use contact_model::{Include, Parameters};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};

use super::query::FromQuery;
use crate::description::parameters::extension;

/// Describes the parameter, which an [`Include`] is read from.
pub(crate) struct IncludeQuery;

impl FromQuery for Include {
    fn read(parameters: &mut Parameters) -> Self {
        parameters.include()
    }
}

impl IntoParams for IncludeQuery {
    fn into_params(_parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        // An empty word is allowed and has no effect, because `include=` is an empty list.
        let words = Include::WORDS.into_iter().chain([""]);
        let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
        let text =
            "optional keys for the contact in the response, separated by commas. An unknown one is a 400.";
        let include = extension("include", ParameterIn::Query, text)
            .schema(Some(ArrayBuilder::new().items(word)))
            .style(Some(ParameterStyle::Form))
            .explode(Some(false));
        vec![include.build()]
    }
}
