//! A description without differences, and edits of it.

use serde_json::Value;
use xtask::contract::Difference;

/// Short names for parts of the description, with their JSON pointers and operations.
const PARTS: [(&str, &str, &str); 6] = [
    ("paths", "/paths", ""),
    ("list", "/paths/~1contacts~1/get", "GET /contacts/"),
    ("upsert", "/paths/~1contacts~1/post", "POST /contacts/"),
    ("get", "/paths/~1contacts~1{contact_id}~1/get", "GET /contacts/{contact_id}/"),
    ("update", "/paths/~1contacts~1{contact_id}~1/patch", "PATCH /contacts/{contact_id}/"),
    ("schemas", "/components/schemas", ""),
];

/// A change of the good description. A place begins with the short name of a part, or with `/`.
#[derive(Debug)]
pub(crate) enum Edit {
    /// Sets the value at the place. In a list, `-` appends it.
    Set(&'static str, Value),
    /// Removes the value at the place.
    Remove(&'static str),
}

/// Returns a description without differences.
pub(crate) fn good() -> Value {
    yaml_serde::from_str(include_str!("description.yaml")).unwrap()
}

/// Returns the good description after the edits.
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

/// Returns the place with the short name of its operation, as in `update request.notes`.
pub(crate) fn short_place(Difference { place, .. }: &Difference) -> String {
    let known = PARTS.iter().filter(|(_, _, name)| !name.is_empty()).find_map(|(short, _, name)| {
        let rest = place.strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with(' '))?;
        Some(format!("{short}{rest}"))
    });
    known.unwrap_or_else(|| place.clone())
}

/// Returns the JSON pointer of an operation.
pub(crate) fn operation_pointer(name: &str) -> String {
    let (method, path) = name.split_once(' ').unwrap();
    format!("/paths/{}/{}", path.replace('/', "~1"), method.to_lowercase())
}

fn pointer(place: &str) -> String {
    let (part, rest) =
        place.split_once('/').map_or((place, String::new()), |(part, rest)| (part, format!("/{rest}")));
    match PARTS.iter().find(|(short, ..)| *short == part) {
        Some((_, pointer, _)) => format!("{pointer}{rest}"),
        None => place.to_owned(),
    }
}

/// Sets the value at a JSON pointer.
pub(crate) fn set(description: &mut Value, pointer: &str, value: Value) {
    match split(description, pointer) {
        (Value::Array(list), step) if step == "-" => list.push(value),
        (Value::Array(list), step) => list[step.parse::<usize>().unwrap()] = value,
        (Value::Object(map), step) => {
            map.insert(step, value);
        }
        _ => panic!("{pointer} is neither in a list nor in an object"),
    }
}

/// Removes the value at a JSON pointer.
pub(crate) fn remove(description: &mut Value, pointer: &str) {
    let removed = match split(description, pointer) {
        (Value::Array(list), step) => Some(list.remove(step.parse().unwrap())),
        (Value::Object(map), step) => map.shift_remove(&step),
        _ => None,
    };
    assert!(removed.is_some(), "there is nothing at {pointer}");
}

fn split<'a>(description: &'a mut Value, pointer: &str) -> (&'a mut Value, String) {
    let (holder, step) = pointer.rsplit_once('/').unwrap();
    let holder = description.pointer_mut(holder).unwrap_or_else(|| panic!("there is nothing at {holder}"));
    (holder, step.replace("~1", "/").replace("~0", "~"))
}
