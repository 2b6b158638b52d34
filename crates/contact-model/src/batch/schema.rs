//! The schema of an item of a batch: one of four objects, distinguished by the key `op`.

use utoipa::openapi::schema::{
    AllOfBuilder, Discriminator, KnownFormat, ObjectBuilder, OneOfBuilder, RefBuilder,
};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::BatchItem;
use super::item::Op;
use crate::contact::KEEP_FULLER_PHONE;
use crate::{ContactCreate, ContactInsert, ContactUpdate, Precondition, schema};

impl PartialSchema for BatchItem {
    fn schema() -> RefOr<Schema> {
        let variants = Op::ALL.map(|op| (op.as_str(), Ref::from_schema_name(variant_name(op))));
        let mapping = variants.iter().map(|(word, variant)| (*word, variant.ref_location.clone()));
        let schema = OneOfBuilder::new()
            .discriminator(Some(Discriminator::with_mapping("op", mapping)))
            .description(Some("One write of a batch. `op` is the operation."));
        variants.into_iter().fold(schema, |schema, (_, variant)| schema.item(variant)).into()
    }
}

impl ToSchema for BatchItem {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend(Op::ALL.map(|op| (variant_name(op).to_owned(), variant(op))));
        add::<ContactCreate>(schemas);
        add::<ContactUpdate>(schemas);
        add::<ContactInsert>(schemas);
        add::<Precondition>(schemas);
    }
}

fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// Returns the name of the schema of an item with this operation.
fn variant_name(op: Op) -> &'static str {
    match op {
        Op::Upsert => "BatchUpsert",
        Op::Update => "BatchUpdate",
        Op::Delete => "BatchDelete",
        Op::Insert => "BatchInsert",
    }
}

/// Returns the schema of an item with this operation.
fn variant(op: Op) -> RefOr<Schema> {
    match op {
        Op::Upsert => with_keys_of::<ContactCreate>(
            upsert(),
            "Creates a contact, or updates the one with the same phone number or email address.",
        ),
        Op::Update => {
            with_keys_of::<ContactUpdate>(with_id(op), "Changes the fields of a contact that are sent.")
        }
        Op::Delete => with_id(op).description(Some("Deletes a contact, which can be restored.")).into(),
        Op::Insert => with_keys_of::<ContactInsert>(
            of(op),
            "Stores a contact exactly as given, to restore or move data.",
        ),
    }
}

fn with_keys_of<T: ToSchema>(own: ObjectBuilder, description: &str) -> RefOr<Schema> {
    let keys = Ref::from_schema_name(T::name());
    AllOfBuilder::new().item(own).item(keys).description(Some(description)).into()
}

fn upsert() -> ObjectBuilder {
    let on_create = RefBuilder::new().ref_location_from_schema_name(ContactCreate::name()).description(Some(
        "Further fields for a contact that the item creates. The item's own keys take precedence.",
    ));
    let keep_fuller_phone = schema::boolean().description(Some(
        "If true, an existing contact keeps its phone number if the sent one is a less complete spelling of it, for \
         example without the country code. `phone_number` is then listed in `ignored`. The default is false.",
    ));
    of(Op::Upsert).property("on_create", on_create).property(KEEP_FULLER_PHONE, keep_fuller_phone)
}

fn with_id(op: Op) -> ObjectBuilder {
    let id = schema::formatted(KnownFormat::Uuid).description(Some("The contact's id."));
    of(op).property("id", id).required("id")
}

/// Returns the schema of the keys that every item has.
fn of(op: Op) -> ObjectBuilder {
    let word =
        schema::string().enum_values(Some([op.as_str()])).description(Some("The operation of the item."));
    let if_match = RefBuilder::new().ref_location_from_schema_name(Precondition::name()).description(Some(
        "The state that the contact must be in, like the header `If-Match`. Otherwise the item is refused with a 412.",
    ));
    ObjectBuilder::new().property("op", word).required("op").property("if_match", if_match)
}
