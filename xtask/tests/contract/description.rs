//! The good description, and the edits that break it.

use serde_json::Value;
use xtask::contract::promise::OperationName;

/// Short names of the fixture's parts, with the JSON pointers and the operations that they stand
/// for.
const PARTS: [(&str, &str, &str); 6] = [
    ("paths", "/paths", ""),
    ("list", "/paths/~1contacts~1/get", "GET /contacts/"),
    ("upsert", "/paths/~1contacts~1/post", "POST /contacts/"),
    ("get", "/paths/~1contacts~1{contact_id}~1/get", "GET /contacts/{contact_id}/"),
    ("update", "/paths/~1contacts~1{contact_id}~1/patch", "PATCH /contacts/{contact_id}/"),
    ("schemas", "/components/schemas", ""),
];

/// What a case does to the good description. A place starts with a part's short name, or with `/`
/// at the root.
#[derive(Debug)]
pub(crate) enum Edit {
    /// Puts a value at the place; in a list `-` is the new end.
    Set(&'static str, Value),
    /// Takes away what stands there.
    Remove(&'static str),
}

/// The description that keeps the contract.
pub(crate) fn good() -> Value {
    yaml_serde::from_str(include_str!("description.yaml")).unwrap()
}

/// The good description after the edits.
pub(crate) fn broken(edits: &[Edit]) -> Value {
    let mut description = good();
    for edit in edits {
        match edit {
            Edit::Set(place, value) => set(&mut description, &pointer(place), value.clone()),
            Edit::Remove(place) => remove(&mut description, &pointer(place)),
        }
    }
    assert_ne!(description, good(), "the edits change nothing: {edits:?}");
    description
}

/// The full form of an expected error: `missing update · response.200` names its operation by the
/// short name.
pub(crate) fn spell_out_place(expected: &str) -> String {
    let (code, place) = expected.split_once(' ').unwrap();
    let (part, rest) =
        place.split_once(' ').map_or((place, String::new()), |(part, rest)| (part, format!(" {rest}")));
    let operation =
        PARTS.iter().find(|(short, ..)| *short == part).map_or(part, |(_, _, operation)| operation);
    format!("{code} {operation}{rest}")
}

/// The JSON pointer of an operation.
pub(crate) fn operation_pointer(name: &OperationName) -> String {
    format!("/paths/{}/{}", name.path.replace('/', "~1"), name.method.to_lowercase())
}

fn pointer(place: &str) -> String {
    let (part, rest) =
        place.split_once('/').map_or((place, String::new()), |(part, rest)| (part, format!("/{rest}")));
    match PARTS.iter().find(|(short, ..)| *short == part) {
        Some((_, pointer, _)) => format!("{pointer}{rest}"),
        None => place.to_owned(),
    }
}

/// Puts a value at a JSON pointer.
pub(crate) fn set(description: &mut Value, pointer: &str, value: Value) {
    match split(description, pointer) {
        (Value::Array(list), step) if step == "-" => list.push(value),
        (Value::Array(list), step) => list[step.parse::<usize>().unwrap()] = value,
        (Value::Object(map), step) => {
            map.insert(step, value);
        }
        _ => panic!("{pointer} stands in neither a list nor an object"),
    }
}

/// Takes away what stands at a JSON pointer.
pub(crate) fn remove(description: &mut Value, pointer: &str) {
    let removed = match split(description, pointer) {
        (Value::Array(list), step) => Some(list.remove(step.parse().unwrap())),
        (Value::Object(map), step) => map.shift_remove(&step),
        _ => None,
    };
    assert!(removed.is_some(), "nothing at {pointer} to take away");
}

fn split<'a>(description: &'a mut Value, pointer: &str) -> (&'a mut Value, String) {
    let (holder, step) = pointer.rsplit_once('/').unwrap();
    let holder = description.pointer_mut(holder).unwrap_or_else(|| panic!("nothing at {holder}"));
    (holder, step.replace("~1", "/").replace("~0", "~"))
}
