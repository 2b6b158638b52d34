//! The schema of a batch. An item is one of four objects, distinguished by the key `op`.

use utoipa::openapi::schema::{AllOfBuilder, ArrayBuilder, KnownFormat, ObjectBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::item::Op;
use super::{Batch, BatchItem};
use crate::contact::KEEP_FULLER_PHONE;
use crate::{ContactCreate, ContactInsert, ContactUpdate, limits, precondition, schema};

impl PartialSchema for Batch {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(BatchItem::name()))
            .min_items(Some(1))
            .max_items(Some(limits::BATCH_ITEMS))
            .description(Some("The writes, applied in order."));
        ObjectBuilder::new()
            .property("items", items)
            .required("items")
            .description(Some("Writes of contacts, applied in order. Extension."))
            .examples([serde_json::json!({ "items": [
                { "op": "upsert", "phone_number": "(415) 555-2671", "is_dnd": true,
                  "on_create": { "full_name": "jane doe", "lead_source": "import" } },
                { "op": "update", "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "notes": "Called today" },
                { "op": "delete", "id": "018bab2f-5d60-7c31-9a55-8dd25736052a" },
            ] })])
            .into()
    }
}

impl ToSchema for Batch {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((BatchItem::name().into_owned(), BatchItem::schema()));
        BatchItem::schemas(schemas);
    }
}

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
