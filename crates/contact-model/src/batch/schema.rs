//! The schema of an item of a batch: one of four objects, distinguished by the key `op`.

use utoipa::openapi::schema::{AllOfBuilder, KnownFormat, ObjectBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::BatchItem;
use super::item::Op;
use crate::contact::KEEP_FULLER_PHONE;
use crate::{ContactCreate, ContactInsert, ContactUpdate, precondition, schema};

impl PartialSchema for BatchItem {
    fn schema() -> RefOr<Schema> {
        let on_create = AllOfBuilder::new().item(Ref::from_schema_name(ContactCreate::name())).description(
            Some("Further fields for a contact that the item creates. The item's own keys take precedence."),
        );
        let keep_fuller_phone = schema::boolean()
            .default(Some(false.into()))
            .description(Some(
                "If true, an existing contact keeps its phone number if the sent one is a less complete spelling of \
                 it, for example without the country code; `phone_number` is then listed in `ignored`.",
            ));
        let upsert =
            op(Op::Upsert).property("on_create", on_create).property(KEEP_FULLER_PHONE, keep_fuller_phone);
        let of =
            |own: ObjectBuilder, keys: &str| AllOfBuilder::new().item(own).item(Ref::from_schema_name(keys));
        OneOfBuilder::new()
            .item(of(upsert, &ContactCreate::name()))
            .item(of(with_id(Op::Update), &ContactUpdate::name()))
            .item(with_id(Op::Delete))
            .item(of(op(Op::Insert), &ContactInsert::name()))
            .description(Some("One write of a batch. Extension."))
            .into()
    }
}

impl ToSchema for BatchItem {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        add::<ContactCreate>(schemas);
        add::<ContactUpdate>(schemas);
        add::<ContactInsert>(schemas);
    }
}

fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

fn op(op: Op) -> ObjectBuilder {
    let word =
        schema::string().enum_values(Some([op.as_str()])).description(Some("The operation of the item."));
    let if_match = schema::string()
        .pattern(Some(precondition::PATTERN))
        .description(Some(
            "The header `If-Match` for this item only. The item is refused with a 412 unless its contact, after the \
             previous items, has one of these values of `ETag`; `*` matches any contact that exists. If the item \
             would create a contact, the condition is not met.",
        ))
        .examples(["*"]);
    ObjectBuilder::new().property("op", word).required("op").property("if_match", if_match)
}

fn with_id(of: Op) -> ObjectBuilder {
    let id = schema::formatted(KnownFormat::Uuid).description(Some("The contact's id."));
    op(of).property("id", id).required("id")
}
