//! Generates the parts of requests and responses.

use std::fmt::Debug;

use contact_model::custom_field::NewCustomField;
use contact_model::{CustomFieldType, JsonText, LeadSource, NewThread, Timestamp};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// Generates text with difficult characters, except NUL.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z '\"\\\\/éÅ名\u{a0}]{0,12}", "[+0-9 ().-]{0,16}", "[^\0]{0,8}"]
}

pub(crate) fn id<T: From<Uuid> + Debug>() -> impl Strategy<Value = T> {
    any::<u128>().prop_map(|bits| Uuid::from_u128(bits).into())
}

pub(crate) fn time() -> impl Strategy<Value = Timestamp> {
    (-62_167_219_200_000_000_i64..253_402_300_800_000_000)
        .prop_map(|micros| Timestamp::from_micros(micros).unwrap())
}

pub(crate) fn tags() -> impl Strategy<Value = Vec<String>> {
    vec(text(), 0..4)
}

pub(crate) fn label() -> impl Strategy<Value = String> {
    "[a-zé名]{1,8}( [a-z/]{1,8})?"
}

pub(crate) fn source() -> impl Strategy<Value = LeadSource> {
    prop::sample::select(LeadSource::ALL.to_vec())
}

/// Generates values of custom fields, including numbers that only text can represent.
pub(crate) fn json() -> impl Strategy<Value = JsonText> {
    let texts = text().prop_map(|text| Value::from(text).to_string());
    let plain = prop::sample::select(vec!["true", "1.10", "1e999", "-0", "[1,{\"a\":null}]", "\"\\u00e9\""]);
    prop_oneof![texts, plain.prop_map(str::to_owned)].prop_map(JsonText::from_stored)
}

pub(crate) fn field() -> BoxedStrategy<NewCustomField> {
    let options = prop::collection::btree_set(label(), 1..4);
    let select = (label(), options).prop_map(|(name, options)| NewCustomField {
        options: options.into_iter().collect(),
        ..NewCustomField::new(name, CustomFieldType::Select)
    });
    let plain = prop::sample::select(vec![CustomFieldType::Any, CustomFieldType::Date]);
    prop_oneof![select, (label(), plain).prop_map(|(name, kind)| NewCustomField::new(name, kind))].boxed()
}

pub(crate) fn thread() -> BoxedStrategy<NewThread> {
    (id(), label(), label(), label(), 0.0..1e9, of(time()))
        .prop_map(|(agent, kind, status, direction, duration, created_at)| NewThread {
            duration,
            created_at,
            ..NewThread::new(agent, kind, status, direction)
        })
        .boxed()
}
