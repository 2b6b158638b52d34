//! Descriptions of the query parameters of lists.

use contact_model::list::{DuplicateReason, SortKey};
use contact_model::{LeadSource, limits};
use serde_json::json;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, ToSchema as _};

use super::parameters::optional;

/// The parameters of the list of contacts. [`contact_model::list::ContactQuery`] reads them.
pub(crate) struct ContactListParameters;

/// The parameters of every other list that has pages. [`crate::extract::PageRequest`] reads them.
pub(crate) struct PageParameters;

/// The parameters of the list of duplicates. [`contact_model::list::DuplicateQuery`] reads them.
pub(crate) struct DuplicateParameters;

/// The pattern of a date, or of a time in RFC 3339.
const TIME_OR_DATE: &str = r"^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d.+)?$";

impl IntoParams for ContactListParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let tag = text().min_length(Some(1)).max_length(Some(limits::TAG));
        let order = |direction| SortKey::ALL.map(|key| format!("{direction}{}", key.as_str()));
        let parameters = [
            query(
                "email",
                "Only contacts with this email address, in any case. A text that cannot be an email address matches \
                 no contact.",
                text().min_length(Some(1)).max_length(Some(limits::EMAIL)).examples(["jane@example.com"]),
            ),
            query(
                "phone",
                "Only contacts with this phone number, in any spelling. A text that cannot be a phone number matches \
                 no contact.",
                text().min_length(Some(1)).max_length(Some(limits::PHONE_NUMBER)).examples(["+14155552671"]),
            ),
            query(
                "tag",
                "Only contacts with this tag. If the parameter is repeated, only contacts with all of the tags.",
                ArrayBuilder::new()
                    .items(tag)
                    .max_items(Some(limits::FILTER_TAGS))
                    .examples([json!(["vip"])]),
            ),
            query(
                "lead_source",
                "Only contacts with this lead source.",
                Ref::from_schema_name(LeadSource::name()),
            ),
            query(
                "is_dnd",
                "If true, only contacts that are marked do-not-disturb; if false, only the others.",
                boolean(),
            ),
            query(
                "has_phone",
                "If true, only contacts with a phone number; if false, only contacts without one.",
                boolean(),
            ),
            query(
                "created_after",
                "Only contacts that were created at this time or later. A date means its beginning in UTC.",
                time_or_date(),
            ),
            query("created_before", "Only contacts that were created before this time.", time_or_date()),
            query("updated_after", "Only contacts that last changed at this time or later.", time_or_date()),
            query("updated_before", "Only contacts that last changed before this time.", time_or_date()),
            query(
                "custom_fields",
                "Only contacts with this value of a custom field, as in `custom_fields[Plan]=gold`.",
                ObjectBuilder::new()
                    .schema_type(Type::Object)
                    .additional_properties(Some(text()))
                    .examples([json!({ "Plan": "gold" })]),
            )
            .style(Some(ParameterStyle::DeepObject))
            .explode(Some(true)),
            query(
                "search",
                "Only contacts that have, for each of these words, a word that begins with it in their name, email \
                 address, phone number or business name. Case, accents and apostrophes are ignored: `obrien` finds \
                 `O'Brien`. Four or more digits also find a phone number that begins or ends with them.",
                text().max_length(Some(limits::SEARCH)).examples(["jane"]),
            ),
            query(
                "deleted",
                "If true, lists the deleted contacts that can still be restored, each with `deleted_at`. It cannot be \
                 combined with a filter or a search, or with another order than by `deleted_at`.",
                boolean(),
            ),
            query(
                "sort",
                "The order: `created_at`, `updated_at`, `last_activity`, `name` or, with `deleted=true`, \
                 `deleted_at`. A `-` before the name reverses the order. Contacts without the value come last. The \
                 default is `-created_at`, or `-deleted_at` with `deleted=true`.",
                text().enum_values(Some([order(""), order("-")].concat())).examples(["name"]),
            ),
        ];
        let count = query(
            "count",
            "If true, the response has `count`, the number of contacts in the whole list, and `count_exact`. At most \
             100,000 contacts are counted.",
            boolean(),
        );
        let mut parameters: Vec<Parameter> = parameters.into_iter().map(ParameterBuilder::build).collect();
        parameters.extend(PageParameters::into_params(|| None));
        parameters.push(count.build());
        parameters
    }
}

impl IntoParams for DuplicateParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let reasons = ArrayBuilder::new().items(Ref::from_schema_name(DuplicateReason::name()));
        let reason =
            query("reason", "Only groups with one of these reasons.", reasons.examples([json!(["phone"])]));
        let reason = reason.style(Some(ParameterStyle::Form)).explode(Some(false)).build();
        [reason].into_iter().chain(PageParameters::into_params(|| None)).collect()
    }
}

impl IntoParams for PageParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            query("page_size", "The most entries on the page. The default is 50.", page_size()).build(),
            query(
                "cursor",
                "Selects the page: `next_cursor` of another page, which is opaque and valid only for a short time. \
                 Without it, the response is the first page.",
                text().examples(["AAAAAAAAAAAAAAAAAAAAB2frZec"]),
            )
            .build(),
        ]
    }
}

fn query(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> ParameterBuilder {
    optional(name, ParameterIn::Query, description).schema(Some(schema))
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn boolean() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Boolean).examples([true])
}

fn page_size() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(1))
        .maximum(Some(limits::PAGE_SIZE))
        .examples([50])
}

/// Returns the schema of a time, or of a date, which means the beginning of that day.
fn time_or_date() -> ObjectBuilder {
    text().pattern(Some(TIME_OR_DATE)).examples(["2026-01-31T09:00:00Z", "2026-01-31"])
}
