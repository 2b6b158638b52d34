//! Generates bodies and contacts.

use contact_model::{ContactState, LeadSource};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Generates text with difficult characters, except NUL.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z '’ßéÅİſ名\u{a0}-]{0,12}",
        2 => "[+0-9 ().-]{0,16}",
        1 => "[^\0]{0,8}",
        1 => Just(String::new()),
    ]
}

fn nullable(text: impl Strategy<Value = String>) -> impl Strategy<Value = Value> {
    prop::option::weighted(0.9, text).prop_map(Value::from)
}

/// Generates a valid body with any of the documented keys, in any order.
pub(crate) fn body() -> impl Strategy<Value = Value> {
    let entry = |key: &'static str, value: BoxedStrategy<Value>| {
        prop::option::of(value).prop_map(move |value| value.map(|value| (key.to_owned(), value))).boxed()
    };
    let texts = ["full_name", "first_name", "last_name", "email", "phone_number", "business_name", "notes"];
    let mut entries: Vec<_> = texts.map(|key| entry(key, nullable(text()).boxed())).into();
    entries.push(entry("tags", prop::collection::vec("[a-c名 ]{0,2}", 0..6).prop_map(Value::from).boxed()));
    entries.push(entry("is_dnd", any::<bool>().prop_map(Value::from).boxed()));
    entries.push(entry(
        "lead_source",
        prop_oneof![Just("import".to_owned()), text()].prop_map(Value::from).boxed(),
    ));
    let value =
        prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::from), text().prop_map(Value::from)];
    let fields = prop::collection::hash_map("[^\0]{0,4}", value, 0..4);
    let fields = fields.prop_map(|fields| Value::Object(fields.into_iter().collect()));
    entries.push(entry("custom_fields", fields.boxed()));
    let entries = entries.prop_shuffle();
    entries.prop_map(|entries| Value::Object(entries.into_iter().flatten().collect::<Map<_, _>>()))
}

/// Generates a contact as it may be stored.
pub(crate) fn state() -> impl Strategy<Value = ContactState> {
    let texts = prop::collection::vec(prop::option::of(text()), 7);
    let tags = prop::collection::vec("[a-d]{0,2}", 0..6);
    let source = prop::sample::select(LeadSource::ALL.to_vec());
    (texts, tags, source, any::<bool>()).prop_map(|(texts, tags, lead_source, is_dnd)| {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().expect("one text for each field");
        ContactState {
            name: next(),
            first_name: next(),
            last_name: next(),
            email: next(),
            phone: next(),
            business_name: next(),
            notes: next(),
            tags,
            lead_source,
            is_dnd,
        }
    })
}
