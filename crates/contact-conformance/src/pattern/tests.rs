//! Values that match a pattern, and values that do not.

use serde_json::json;

use super::*;

/// Returns the differences of a value from a pattern.
fn mismatches(yaml: &str, found: &Value) -> Vec<String> {
    let pattern: Pattern = yaml_serde::from_str(yaml).unwrap();
    let mut variables = Variables::default();
    variables.set("before", json!({ "id": 1, "notes": "old", "tags": ["vip"] }));
    let mut mismatches = Vec::new();
    pattern.compare("body", Some(found), &mut variables, &mut mismatches).unwrap();
    mismatches.iter().map(|mismatch| mismatch.at.clone()).collect()
}

#[track_caller]
fn fits(yaml: &str, fitting: &[Value], others: &[Value]) {
    for found in fitting {
        assert_eq!(mismatches(yaml, found), [] as [String; 0], "{yaml} takes {found}");
    }
    for found in others {
        assert_ne!(mismatches(yaml, found), [] as [String; 0], "{yaml} does not take {found}");
    }
}

#[test]
fn a_literal_value_matches_only_itself() {
    fits("jane", &[json!("jane")], &[json!("Jane"), json!(null)]);
    fits("null", &[json!(null)], &[json!(""), json!("null"), json!(0)]);
    fits("1", &[json!(1), json!(1.0)], &[json!("1"), json!(true), json!(2)]);
    fits("[a, 1]", &[json!(["a", 1])], &[json!([]), json!(["a"]), json!([1, "a"]), json!("a")]);
    fits("'{before.tags}'", &[json!(["vip"])], &[json!("vip")]);
}

#[test]
fn each_tag_matches_only_its_kind() {
    fits("!uuid", &[json!("018bab2f-5d60-7c31-9a55-8dd25736052a")], &[json!("x"), json!(7)]);
    let utc = json!("2026-01-31T12:00:00.123456Z");
    let offset = json!("2026-01-31T13:00:00+01:00");
    let nanoseconds = json!("2026-01-31T12:00:00.123456789Z");
    fits("!time", &[utc.clone(), offset.clone(), nanoseconds.clone()], &[json!("2026-01-31"), json!(0)]);
    fits("!utc_time", &[utc], &[offset, nanoseconds]);
    fits("!string", &[json!("")], &[json!(null), json!(1), json!([])]);
    fits("!boolean", &[json!(false)], &[json!("false"), json!(0)]);
    fits("!number", &[json!(1.5)], &[json!("1.5")]);
    fits("!object", &[json!({})], &[json!([]), json!(null)]);
    fits("!strings", &[json!([]), json!(["x"])], &[json!(["x", 1]), json!("x")]);
    fits("!any", &[json!(null), json!(1)], &[]);
    fits("!one_of [!string, null]", &[json!(null), json!("")], &[json!(1)]);
    fits("!not jane", &[json!("Jane"), json!(null)], &[json!("jane")]);
    fits("!each { id: !number }", &[json!([]), json!([{ "id": 1 }])], &[json!([{ "id": 1 }, {}]), json!({})]);
}

#[test]
fn containing_matches_parts_of_texts_and_lists() {
    fits("!containing line 2", &[json!("at line 2, column 3")], &[json!("at line 1"), json!(null)]);
    fits(
        "!containing [{ code: too_long }]",
        &[json!([{ "code": "x" }, { "code": "too_long" }])],
        &[json!([])],
    );
    fits("!containing [a, b]", &[json!("ba"), json!(["b", "a"])], &[json!("a"), json!(["a"])]);
}

#[test]
fn an_object_may_have_further_keys_unless_it_is_exact() {
    fits("{ id: 1 }", &[json!({ "id": 1, "x": 2 })], &[json!({ "x": 2 }), json!([])]);
    fits("{ id: !absent }", &[json!({})], &[json!({ "id": null })]);
    assert_eq!(mismatches("!exactly { id: 1, n: null }", &json!({ "id": 1, "x": 2 })), ["body/n", "body/x"]);
    fits("!exactly { id: 1 }", &[json!({ "id": 1 })], &[]);
}

#[test]
fn differences_of_objects_are_reported_key_by_key() {
    let yaml = r#"!with ["{before}", { notes: new }]"#;
    fits(yaml, &[json!({ "id": 1, "notes": "new", "tags": ["vip"] })], &[]);
    let found = json!({ "id": 2, "notes": "old", "tags": ["vip"], "x": 1 });
    assert_eq!(mismatches(yaml, &found), ["body/id", "body/notes", "body/x"]);
}

#[test]
fn an_unknown_tag_is_refused() {
    for yaml in ["!guid", "!exactly x", "!with [x]", "{ id: !nonsense }", "!one_of x"] {
        assert!(yaml_serde::from_str::<Pattern>(yaml).is_err(), "{yaml}");
    }
}
