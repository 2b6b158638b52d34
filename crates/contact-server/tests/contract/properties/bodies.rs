//! Random bodies for PATCH and POST, and the runner of property tests that send them.

use std::future::Future;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value};
use tokio::runtime::Handle;

/// Tests a property with random inputs: fewer than by default, because each one sends requests.
pub(crate) fn check_property<S, T>(strategy: S, mut property: impl FnMut(S::Value) -> T)
where
    S: Strategy,
    T: Future<Output = ()>,
{
    // A failing input is printed and not stored in a file.
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let property = std::cell::RefCell::new(&mut property);
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&strategy, |input| {
            Handle::current().block_on((property.borrow_mut())(input));
            Ok(())
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Text with difficult characters, except for NUL.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z '’ßéÅİ名-]{0,12}",
        1 => "[^\0]{0,8}",
        1 => Just(String::new()),
        1 => Just("+1 (415) 555-2671".to_owned()),
    ]
}

fn nullable_text() -> impl Strategy<Value = Value> {
    prop_oneof![8 => text().prop_map(Value::from), 1 => Just(Value::Null)]
}

fn custom_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{0,3}", inner, 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// A body with any of the documented keys in any order, and with the custom fields `A`, `B` and `C`.
pub(crate) fn body() -> impl Strategy<Value = Value> {
    let entry = |key: &'static str, value: BoxedStrategy<Value>| {
        prop::option::of(value).prop_map(move |value| value.map(|value| (key.to_owned(), value))).boxed()
    };
    let mut entries: Vec<BoxedStrategy<Option<(String, Value)>>> =
        ["full_name", "first_name", "last_name", "email", "phone_number", "business_name", "notes"]
            .into_iter()
            .map(|key| entry(key, nullable_text().boxed()))
            .collect();
    entries.push(entry("tags", prop::collection::vec("[a-c名 ]{0,2}", 0..6).prop_map(Value::from).boxed()));
    entries.push(entry("is_dnd", any::<bool>().prop_map(Value::from).boxed()));
    let sources = prop_oneof![Just("import".to_owned()), Just("facebook".to_owned()), text()];
    entries.push(entry("lead_source", sources.prop_map(Value::from).boxed()));
    let fields = prop::collection::hash_map("[A-C]", custom_value(), 0..3);
    let fields = fields.prop_map(|fields| Value::Object(fields.into_iter().collect()));
    entries.push(entry("custom_fields", fields.boxed()));
    let entries = entries.prop_shuffle();
    entries.prop_map(|entries| Value::Object(entries.into_iter().flatten().collect::<Map<_, _>>()))
}
