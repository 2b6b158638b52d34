//! Descriptions of the parameters with which changes are read.

use contact_model::changes::ChangeAction;
use contact_model::limits;
use serde_json::json;
use utoipa::openapi::Ref;
use utoipa::openapi::path::{Parameter, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, ToSchema as _};

use super::parameters::{extension_header, optional};

/// The parameters of the feed. [`contact_model::changes::ChangeQuery`] reads those in the query.
pub(crate) struct ChangeParameters;

impl IntoParams for ChangeParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let query = |name, text: &str| optional(name, ParameterIn::Query, text);
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let integer = |minimum: u64, maximum: u64| {
            let schema = ObjectBuilder::new().schema_type(Type::Integer);
            let schema = schema.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)));
            schema.minimum(Some(minimum)).maximum(Some(maximum))
        };
        let actions = ArrayBuilder::new().items(Ref::from_schema_name(ChangeAction::name()));
        let fields = ArrayBuilder::new().items(text());
        vec![
            query(
                "after",
                "Where to continue: the `cursor` of the previous response, or `latest` for changes from now on. \
                 Without it, the response begins with the earliest change that is kept.",
            )
            .schema(Some(text().examples(["latest"])))
            .build(),
            query("limit", "The most changes to read. The default is 50.")
                .schema(Some(integer(1, limits::PAGE_SIZE.into()).examples([50])))
                .build(),
            query("action", "Only changes with one of these actions.")
                .schema(Some(actions.examples([json!(["created", "updated"])])))
                .style(Some(ParameterStyle::Form))
                .explode(Some(false))
                .build(),
            query(
                "field",
                "Only updates that changed one of these fields. `custom_fields` stands for all custom fields. Changes \
                 with other actions do not depend on it.",
            )
            .schema(Some(fields.examples([json!(["email", "custom_fields.Plan"])])))
            .style(Some(ParameterStyle::Form))
            .explode(Some(false))
            .build(),
            query("include", "`contact` adds the contact as it is now to each of its changes, unless it is deleted.")
                .schema(Some(text().enum_values(Some(["contact"])).examples(["contact"])))
                .build(),
            query("wait", "The number of seconds to wait for a change if there is none yet.")
                .schema(Some(integer(0, limits::FEED_WAIT).examples([25])))
                .build(),
            extension_header(
                "Last-Event-ID",
                "For a stream: the id of the last event that was received. Browsers send it when they reconnect. It \
                 replaces `after`.",
                ObjectBuilder::new().examples(["AAAAAAAABBKfhtCBiEx9ZYGXj0M"]),
            ),
        ]
    }
}

/// Returns the description of a parameter that contains the number of a change.
pub(crate) fn number_of_change(name: &str, text: &str) -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::Integer);
    let schema = schema.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64))).minimum(Some(0));
    optional(name, ParameterIn::Query, text).schema(Some(schema.examples([1042]))).build()
}
