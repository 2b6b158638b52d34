//! Examples of bodies of a batch.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic fails the test")]

use contact_model::body::{BodyError, ParsedBody};
use contact_model::{
    Batch, BatchItem, ContactInsert, ContactUpsert, Handling, ItemOperation, LeadSource, Patch, Precondition,
    RequestBody as _, SentBody, ViolationCode, Violations, limits,
};
use serde_json::{Value, json};

fn read(body: &Value) -> ParsedBody<Batch> {
    Batch::from_json(body.to_string().as_bytes()).unwrap()
}

/// Reads a batch with one item and returns the item.
fn read_item(item: &str) -> Result<ParsedBody<BatchItem>, Vec<(String, ViolationCode)>> {
    let body = format!(r#"{{"items":[{item}]}}"#);
    let item = Batch::from_json(body.as_bytes()).unwrap().value.items.remove(0);
    item.map_err(|bad| bad.into_vec().into_iter().map(|v| (v.pointer, v.code)).collect())
}

fn upsert(item: &Value) -> ParsedBody<ContactUpsert> {
    let ParsedBody { value, ignored, coerced, repeated } = read_item(&item.to_string()).unwrap();
    let ItemOperation::Upsert(value) = value.operation else { panic!("{value:?} is not an upsert") };
    ParsedBody { value: *value, ignored, coerced, repeated }
}

fn insert(item: &Value) -> ContactInsert {
    let read = read_item(&item.to_string()).unwrap().value;
    let ItemOperation::Insert(insert) = read.operation else { panic!() };
    *insert
}

#[test]
fn a_problem_with_the_body_refuses_the_batch() {
    use ViolationCode::{NullNotAllowed, Required, TooMany, WrongType};
    let many = json!({ "items": vec![json!({}); limits::BATCH_ITEMS + 1] });
    for (body, code) in [
        (json!({}), Required),
        (json!({ "items": [] }), Required),
        (json!({ "items": null }), NullNotAllowed),
        (json!({ "items": { "op": "upsert" } }), WrongType),
        (many, TooMany),
    ] {
        let BodyError::Fields { violations: bad, .. } =
            Batch::from_json(body.to_string().as_bytes()).unwrap_err()
        else {
            panic!("{body}")
        };
        let bad: Vec<_> = bad.as_slice().iter().map(|v| (v.pointer.as_str(), v.code)).collect();
        assert_eq!(bad, [("/items", code)]);
    }
    assert!(matches!(Batch::from_json(b"[]").unwrap_err(), BodyError::NotAnObject(_)));
    assert!(matches!(Batch::from_json(br#"{"items":[{]}"#).unwrap_err(), BodyError::Syntax { .. }));
    let full = read(&json!({ "items": vec![json!({}); limits::BATCH_ITEMS], "more": 1 }));
    assert_eq!((full.value.items.len(), full.ignored), (limits::BATCH_ITEMS, vec!["more".to_owned()]));
}

#[test]
fn invalid_fields_beyond_the_listed_ones_are_counted() {
    let mut item = json!({ "op": "upsert" });
    item.as_object_mut().unwrap().extend((0..100).map(|n| (format!("key {n}"), json!(n))));
    let body = json!({ "items": vec![item; 300] }).to_string();
    let sent = SentBody { bytes: body.as_bytes(), handling: Handling::Strict };
    let items = Batch::from_json(sent).unwrap().value.items;
    let bad: Vec<Violations> = items.into_iter().map(Result::unwrap_err).collect();
    assert!(bad.iter().all(|bad| bad.count() == 100));
    assert_eq!(bad.iter().map(|bad| bad.as_slice().len()).sum::<usize>(), limits::BATCH_VIOLATIONS);
    assert_eq!((bad[0].as_slice().len(), bad[299].as_slice().len()), (100, 0));
}

#[test]
fn a_problem_with_an_item_is_returned_in_its_place() {
    use ViolationCode::{InvalidUnicode, InvalidValue, NullNotAllowed, Required, TooLong, WrongType};
    for (item, expected) in [
        ("7", &[("", WrongType)][..]),
        ("[]", &[("", WrongType)]),
        (r#"{"\ud800":1,"op":"delete"}"#, &[("", InvalidUnicode)]),
        (r#"{"id":"x","notes":1}"#, &[("/op", Required)]),
        (r#"{"op":null}"#, &[("/op", NullNotAllowed)]),
        (r#"{"op":"Upsert"}"#, &[("/op", InvalidValue)]),
        (r#"{"op":"update","notes":1}"#, &[("/id", Required), ("/notes", WrongType)]),
        (r#"{"op":"delete","id":"x"}"#, &[("/id", InvalidValue)]),
        (r#"{"op":"upsert","on_create":null}"#, &[("/on_create", NullNotAllowed)]),
        (r#"{"op":"upsert","on_create":{"\ud800":1}}"#, &[("/on_create", InvalidUnicode)]),
        (
            r#"{"op":"upsert","tags":1,"on_create":{"notes":1,"tags":[null]}}"#,
            &[("/tags", WrongType), ("/on_create/notes", WrongType), ("/on_create/tags/0", NullNotAllowed)],
        ),
        (
            r#"{"op":"insert","id":null,"created_at":null,"updated_at":1,"lead_source":"Api","tags":null}"#,
            &[
                ("/id", NullNotAllowed),
                ("/tags", NullNotAllowed),
                ("/lead_source", InvalidValue),
                ("/created_at", NullNotAllowed),
                ("/updated_at", WrongType),
            ],
        ),
        (
            &format!(r#"{{"op":"insert","name":"{}","phone":"{}"}}"#, "x".repeat(1_025), "1".repeat(65)),
            &[("/name", TooLong), ("/phone", TooLong)],
        ),
    ] {
        let expected: Vec<_> = expected.iter().map(|&(at, code)| (at.to_owned(), code)).collect();
        assert_eq!(read_item(item).unwrap_err(), expected, "{item}");
    }
}

#[test]
fn an_invalid_item_does_not_affect_the_others() {
    let body = json!({ "items": [{ "op": "upsert" }, 7, { "op": "update", "id": "x", "tags": 1 }] });
    let batch = read(&body).value;
    assert!(batch.items[0].is_ok() && batch.items[1].is_err() && batch.items[2].is_err());
    let bad = batch.into_valid_items().unwrap_err();
    let pointers: Vec<_> = bad.as_slice().iter().map(|v| v.pointer.as_str()).collect();
    assert_eq!(pointers, ["/items/1", "/items/2/id", "/items/2/tags"]);
}

#[test]
fn unknown_keys_are_listed() {
    let sent = json!({ "op": "upsert", "id": 1, "x": 1, "on_create": { "on_create": {}, "op": "upsert" } });
    assert_eq!(upsert(&sent).ignored, ["id", "x", "on_create.on_create", "on_create.op"]);
    let deleted = read_item(r#"{"op":"delete","id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","notes":1}"#);
    assert_eq!(deleted.unwrap().ignored, ["notes"]);
}

#[test]
fn coerced_values_of_items_and_nested_objects_are_listed() {
    let item = r#"{"op":"upsert","is_dnd":"yes","notes":"a","notes":"b",
        "on_create":{"lead_source":"tiktok","notes":"a","notes":"b","custom_fields":{"A":1,"A":2}}}"#;
    let read = read_item(item).unwrap();
    let coerced: Vec<_> = read.coerced.iter().map(|one| (one.field.as_str(), one.stored.as_str())).collect();
    assert_eq!(coerced, [("is_dnd", "true"), ("on_create.lead_source", r#""manual""#)]);
    assert_eq!(read.repeated, ["notes", "on_create.notes", "on_create.custom_fields.A"]);
}

#[test]
fn strict_handling_applies_to_the_items_of_a_batch() {
    use ViolationCode::{InvalidValue, RepeatedKey, Required, UnknownKey, WrongType};
    let strict = |body: &'static str| {
        Batch::from_json(SentBody { bytes: body.as_bytes(), handling: Handling::Strict })
    };
    let named = |bad: &Violations| -> Vec<(String, ViolationCode)> {
        bad.as_slice().iter().map(|v| (v.pointer.clone(), v.code)).collect()
    };
    let batch = strict(
        r#"{"items":[{"op":"upsert","x":1,"is_dnd":1,"on_create":{"x":1,"lead_source":"API"}},
            {"op":"delete","id":"3c90c3cc-0d44-4b50-8888-8dd25736052a","op":"delete"},
            {"x":1},{"op":"upsert","full_name":"jane doe"}]}"#,
    );
    let items = batch.unwrap().value.items;
    let expected = [
        ("/is_dnd", WrongType),
        ("/on_create/lead_source", InvalidValue),
        ("/on_create/x", UnknownKey),
        ("/x", UnknownKey),
    ];
    assert_eq!(named(items[0].as_ref().unwrap_err()), expected.map(|(at, code)| (at.to_owned(), code)));
    assert_eq!(named(items[1].as_ref().unwrap_err()), [("/op".to_owned(), RepeatedKey)]);
    assert_eq!(named(items[2].as_ref().unwrap_err()), [("/op".to_owned(), Required)]);
    assert!(items[3].is_ok());
    let whole = strict(r#"{"items":[{"op":"upsert"}],"more":1}"#).unwrap_err();
    let BodyError::Fields { violations: bad, .. } = whole else { panic!("{whole}") };
    assert_eq!(named(&bad), [("/more".to_owned(), UnknownKey)]);
}

#[test]
fn on_create_supplies_the_missing_keys_of_a_new_contact() {
    let sent = json!({
        "op": "upsert", "email": null, "notes": "own", "tags": ["own"], "custom_fields": { "A": 1 },
        "on_create": {
            "email": "jane@example.com", "notes": "other", "tags": ["other"], "full_name": "jane doe",
            "is_dnd": "yes", "lead_source": "import", "custom_fields": { "A": 2, "B": 2 },
        },
    });
    let upsert = upsert(&sent).value;
    let new = &upsert.for_new().fields;
    assert_eq!((&new.email, &new.notes), (&Patch::Clear, &Patch::from("own")));
    assert_eq!(
        (new.tags.clone(), new.full_name.clone()),
        (Some(vec!["own".into()]), Patch::from("jane doe"))
    );
    assert_eq!((new.is_dnd, new.lead_source), (Some(true), Some(LeadSource::Import)));
    assert_eq!(new.custom_fields, upsert.create.fields.custom_fields);
    let first = upsert.custom_fields_on_create().unwrap();
    assert_eq!(first.0.keys().collect::<Vec<_>>(), ["A", "B"]);
    assert!(upsert.create.fields.full_name.is_keep(), "an existing contact keeps its name");
}

#[test]
fn an_insert_keeps_its_values_unchanged() {
    let sent = json!({
        "op": "insert", "name": " jane DOE ", "email": "", "phone": "(415) 555-2671", "tags": ["b", "a", "b"],
        "notes": null, "last_activity": null, "lead_source": "facebook",
    });
    let insert = insert(&sent);
    let state = insert.state;
    assert_eq!((state.name.as_deref(), state.first_name), (Some(" jane DOE "), None));
    assert_eq!((state.email.as_deref(), state.phone.as_deref()), (Some(""), Some("(415) 555-2671")));
    assert_eq!((state.tags, state.notes), (vec!["b".to_owned(), "a".into(), "b".into()], None));
    assert_eq!((state.lead_source, insert.id, insert.last_activity), (LeadSource::Facebook, None, None));
}

#[test]
fn an_item_may_have_a_precondition() {
    let tag = "\"018bab2f5d607c319a558dd25736052a-v12-i0\"";
    let id = "018bab2f-5d60-7c31-9a55-8dd25736052a";
    for op in ["upsert", "update", "delete", "insert"] {
        let read_precondition = |if_match: Value| {
            let item = json!({ "op": op, "id": id, "if_match": if_match }).to_string();
            read_item(&item).map(|read| read.value.if_match.unwrap())
        };
        assert_eq!(read_precondition(json!("*")), Ok(Precondition::Exists));
        assert_eq!(
            read_precondition(json!(tag)).map(|precondition| precondition.to_string()),
            Ok(tag.to_owned())
        );
        assert_eq!(read_precondition(json!("\"foreign\"")), Ok(Precondition::IsOneOf(Vec::new())));
        for (invalid, code) in [
            (json!(null), ViolationCode::NullNotAllowed),
            (json!(["*"]), ViolationCode::WrongType),
            (json!(""), ViolationCode::InvalidValue),
            (json!("v12"), ViolationCode::InvalidValue),
        ] {
            assert_eq!(read_precondition(invalid), Err(vec![("/if_match".to_owned(), code)]));
        }
    }
    let plain = read_item(&json!({ "op": "delete", "id": id }).to_string()).unwrap();
    assert_eq!(plain.value.if_match, None);
}
