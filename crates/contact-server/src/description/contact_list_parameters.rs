//! The parameters of `GET /contacts/`, as the API description declares them.

use contact_model::{LeadSource, Timestamp, limits};
use utoipa::IntoParams;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{
    Array, ArrayBuilder, KnownFormat, Object, ObjectBuilder, OneOfBuilder, SchemaFormat, Type,
};

/// The query parameters of a list, for the description. [`contact_model::ContactQuery::read`] reads them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it stands for what ContactQuery reads")]
pub(crate) struct ContactListParameters {
    /// Contacts with this email address, in any case. A text that cannot be an email address finds nobody.
    #[param(min_length = 1, max_length = 320)]
    email: Option<String>,
    /// Contacts with this phone number, in any spelling. A text that cannot be a phone number finds nobody.
    #[param(min_length = 1, max_length = 64)]
    phone: Option<String>,
    /// Contacts with this tag. If the parameter is repeated, contacts with all of the tags.
    #[param(schema_with = tags)]
    tag: Option<Vec<String>>,
    /// Contacts with this lead source.
    #[param(schema_with = lead_source)]
    lead_source: Option<LeadSource>,
    /// Contacts that must not be disturbed, or with `false` the others.
    is_dnd: Option<bool>,
    /// Contacts with a phone number, or with `false` those without one.
    has_phone: Option<bool>,
    /// Contacts created at this time or later. A date means its beginning in UTC.
    #[param(schema_with = moment)]
    created_after: Option<Timestamp>,
    /// Contacts created before this time.
    #[param(schema_with = moment)]
    created_before: Option<Timestamp>,
    /// Contacts whose last change was at this time or later.
    #[param(schema_with = moment)]
    updated_after: Option<Timestamp>,
    /// Contacts whose last change was before this time.
    #[param(schema_with = moment)]
    updated_before: Option<Timestamp>,
    /// Contacts with this value of a custom field, as in `custom_fields[Plan]=gold`.
    #[param(style = DeepObject, explode, value_type = Option<Object>)]
    custom_fields: Option<String>,
    /// Contacts of whose name, email, phone and business name a word begins with each of these words.
    /// Case, accents and apostrophes do not matter: `obrien` finds `O'Brien`. Digits are compared as
    /// text, leading zeros included, and as a phone number in any spelling; four or more also find a
    /// phone number that ends with them. A part of a Chinese, Japanese or Korean name finds it without
    /// spaces.
    #[param(max_length = 650)]
    search: Option<String>,
    /// If true, the deleted contacts that can still be restored, each with `deleted_at`. It takes no filter and no
    /// search beside it, and no other order than by `deleted_at`.
    #[param(default = false)]
    deleted: Option<bool>,
    /// `created_at`, `updated_at`, `last_activity`, `name` or, with `deleted=true`, `deleted_at`. A `-` before the
    /// name reverses the order. Contacts without the value come last.
    #[param(schema_with = sort)]
    sort: Option<String>,
    /// Contacts on a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u16>,
    /// The cursor in `next` or `previous` of another page. It is opaque and valid only for a short time. Without it,
    /// the page is the first one.
    cursor: Option<String>,
    /// If true, the response has `count`, the number of contacts in the whole list, and `count_exact`. The count looks at
    /// 100,000 contacts at most.
    count: Option<bool>,
}

fn tags() -> Array {
    let tag =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(limits::TAG));
    ArrayBuilder::new().items(tag).max_items(Some(limits::FILTER_TAGS)).build()
}

/// Returns the schema of a time, or of a date, which means the beginning of that day.
fn moment() -> Schema {
    let of = |format| {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.format(Some(SchemaFormat::KnownFormat(format)))
    };
    let either = OneOfBuilder::new().item(of(KnownFormat::DateTime)).item(of(KnownFormat::Date));
    Schema::OneOf(either.build())
}

fn lead_source() -> Object {
    words(LeadSource::ALL.map(LeadSource::as_str).to_vec())
}

fn sort() -> Object {
    let keys = ["created_at", "updated_at", "last_activity", "name", "deleted_at"];
    let down = ["-created_at", "-updated_at", "-last_activity", "-name", "-deleted_at"];
    words([keys, down].concat())
}

fn words(words: Vec<&'static str>) -> Object {
    let word = ObjectBuilder::new().schema_type(Type::String);
    word.enum_values(Some(words)).build()
}
