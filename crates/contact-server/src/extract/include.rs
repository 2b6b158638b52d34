//! The parameter `include`. It is an extension.

use contact_model::{Include, Parameters};
use serde_json::json;
use utoipa::openapi::Ref;
use utoipa::openapi::path::{Parameter, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::{IntoParams, ToSchema as _};

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
        let text = "Optional keys for the contact in the response, separated by commas.";
        let words = ArrayBuilder::new()
            .items(Ref::from_schema_name(Include::name()))
            .examples([json!(["first_name", "last_name"])]);
        let include = extension("include", ParameterIn::Query, text)
            .schema(Some(words))
            .style(Some(ParameterStyle::Form))
            .explode(Some(false));
        vec![include.build()]
    }
}
