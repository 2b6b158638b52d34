//! Descriptions of the query parameters of lists.

use contact_model::list::SortKey;
use contact_model::{LeadSource, limits};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

use super::parameters::optional;

/// The parameters of the list of contacts. [`contact_model::list::ContactQuery`] reads them.
pub(crate) struct ContactListParameters;

/// The parameters of every other list that has pages. [`crate::extract::PageRequest`] reads them.
pub(crate) struct PageParameters;

impl IntoParams for ContactListParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let tag = text().min_length(Some(1)).max_length(Some(limits::TAG));
        let order = |direction| SortKey::ALL.map(|key| format!("{direction}{}", key.as_str()));
        let parameters = vec![
            query(
                "email",
                "Contacts with this email address, in any case. A text that cannot be an email address finds \
                 nobody.",
                text().min_length(Some(1)).max_length(Some(limits::EMAIL)),
            ),
            query(
                "phone",
                "Contacts with this phone number, in any spelling. A text that cannot be a phone number \
                 finds nobody.",
                text().min_length(Some(1)).max_length(Some(limits::PHONE_NUMBER)),
            ),
            query(
                "tag",
                "Contacts with this tag. If the parameter is repeated, contacts with all of the tags.",
                ArrayBuilder::new().items(tag).max_items(Some(limits::FILTER_TAGS)),
            ),
            query(
                "lead_source",
                "Contacts with this lead source.",
                text().enum_values(Some(LeadSource::ALL.map(LeadSource::as_str))),
            ),
            query("is_dnd", "Contacts that must not be disturbed, or with `false` the others.", boolean()),
            query("has_phone", "Contacts with a phone number, or with `false` those without one.", boolean()),
            query(
                "created_after",
                "Contacts created at this time or later. A date means its beginning in UTC.",
                time_or_date(),
            ),
            query("created_before", "Contacts created before this time.", time_or_date()),
            query("updated_after", "Contacts whose last change was at this time or later.", time_or_date()),
            query("updated_before", "Contacts whose last change was before this time.", time_or_date()),
            query(
                "custom_fields",
                "Contacts with this value of a custom field, as in `custom_fields[Plan]=gold`.",
                ObjectBuilder::new().schema_type(Type::Object),
            )
            .style(Some(ParameterStyle::DeepObject))
            .explode(Some(true)),
            query(
                "search",
                "Contacts that have, for each of these words, a word that begins with it in their name, \
                 email, phone or business name. Case, accents and apostrophes do not matter: `obrien` finds \
                 `O'Brien`. Digits are compared as text, including leading zeros, and as a phone number in \
                 any spelling; four or more also find a phone number that ends with them. A part of a \
                 Chinese, Japanese or Korean name finds it without spaces.",
                text().max_length(Some(limits::SEARCH)),
            ),
            query(
                "deleted",
                "If true, lists the deleted contacts that can still be restored, each with `deleted_at`. It \
                 cannot be combined with a filter or a search, or with another order than by `deleted_at`.",
                boolean().default(Some(false.into())),
            ),
            query(
                "sort",
                "`created_at`, `updated_at`, `last_activity`, `name` or, with `deleted=true`, `deleted_at`. \
                 A `-` before the name reverses the order. Contacts without the value come last.",
                text().enum_values(Some([order(""), order("-")].concat())),
            ),
            query("page_size", "Contacts on a page.", page_size()),
            query(
                "cursor",
                "The cursor in `next` or `previous` of another page. It is opaque and valid only for a short \
                 time. Without it, the page is the first one.",
                text(),
            ),
            query(
                "count",
                "If true, the response has `count`, the number of contacts in the whole list, and \
                 `count_exact`. At most 100,000 contacts are counted.",
                boolean(),
            ),
        ];
        parameters.into_iter().map(ParameterBuilder::build).collect()
    }
}

impl IntoParams for PageParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let cursor = "The cursor in `next` of the page before. It is opaque and valid only for a short time. \
                      Without it, the page is the first one.";
        vec![
            query("page_size", "The most entries on the page.", page_size()).build(),
            query("cursor", cursor, text()).build(),
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
    ObjectBuilder::new().schema_type(Type::Boolean)
}

fn page_size() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(1))
        .maximum(Some(limits::PAGE_SIZE))
        .default(Some(limits::DEFAULT_PAGE_SIZE.into()))
}

/// Returns the schema of a time, or of a date, which means the beginning of that day.
fn time_or_date() -> OneOfBuilder {
    let with_format = |format| text().format(Some(SchemaFormat::KnownFormat(format)));
    OneOfBuilder::new().item(with_format(KnownFormat::DateTime)).item(with_format(KnownFormat::Date))
}
