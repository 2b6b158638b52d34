//! Writes YAML that is short and easy to read: an array of scalars, and an object with at most three entries, are written
//! in one line if they fit.

use std::iter;

use serde_json::Value;

/// The longest line that ends with an array or an object.
const WIDTH: usize = 120;

/// The most entries of an object in one line.
const ENTRIES_IN_ONE_LINE: usize = 3;

/// Returns a value as YAML.
pub(super) fn to_string(value: &Value) -> String {
    lines(value, WIDTH).join("\n") + "\n"
}

/// Returns the lines of a value.
fn lines(value: &Value, width: usize) -> Vec<String> {
    match value {
        Value::Object(object) => object.iter().flat_map(|(key, value)| entry(key, value, width)).collect(),
        Value::Array(items) => {
            let nested = width.saturating_sub(2);
            let item =
                |item| in_one_line(item, nested).map_or_else(|| lines(item, nested), |line| vec![line]);
            let indents = || iter::once("- ").chain(iter::repeat("  "));
            let items = items.iter().flat_map(|value| indents().zip(item(value)));
            items.map(|(indent, line)| indented(indent, &line)).collect()
        }
        scalar => plain(scalar).lines().map(str::to_owned).collect(),
    }
}

/// Returns the lines of an entry of an object.
fn entry(key: &str, value: &Value, width: usize) -> Vec<String> {
    let key = quote(key, |_| false);
    if let Some(line) = in_one_line(value, width.saturating_sub(key.len() + 2)) {
        return vec![format!("{key}: {line}")];
    }
    let indent = if value.is_object() { "  " } else { "" };
    let nested = lines(value, width.saturating_sub(indent.len())).into_iter();
    let mut entry = vec![format!("{key}:")];
    entry.extend(nested.map(|line| indented(indent, &line)));
    if value.is_string() {
        // The style of a text with several lines.
        let style = entry.remove(1);
        entry[0] = format!("{key}: {style}");
    }
    entry
}

/// Returns a line with this indentation, unless it is empty.
fn indented(indent: &str, line: &str) -> String {
    if line.is_empty() { String::new() } else { format!("{indent}{line}") }
}

/// Returns a value in one line: a scalar, or an array or an object that is at most this long.
fn in_one_line(value: &Value, width: usize) -> Option<String> {
    match value {
        Value::String(text) => (!text.contains('\n')).then(|| quote(text, |_| false)),
        Value::Array(_) | Value::Object(_) => in_brackets(value).filter(|line| line.len() <= width),
        scalar => Some(scalar.to_string()),
    }
}

/// Returns an array of scalars, or an object with few entries, in one line.
fn in_brackets(value: &Value) -> Option<String> {
    let has_meaning = |c| ",[]{}".contains(c);
    match value {
        Value::String(text) => (!text.contains('\n')).then(|| quote(text, has_meaning)),
        Value::Array(items) => {
            let is_scalar = |item: &&Value| !item.is_array() && !item.is_object();
            let items = items.iter().map(|item| Some(item).filter(is_scalar).and_then(in_brackets));
            Some(format!("[{}]", items.collect::<Option<Vec<_>>>()?.join(", ")))
        }
        Value::Object(object) if object.is_empty() => Some("{}".to_owned()),
        Value::Object(object) if object.len() <= ENTRIES_IN_ONE_LINE => {
            let entry = |(key, value): (&String, &Value)| {
                Some(format!("{}: {}", quote(key, has_meaning), in_brackets(value)?))
            };
            let entries: Vec<_> = object.iter().map(entry).collect::<Option<_>>()?;
            Some(format!("{{ {} }}", entries.join(", ")))
        }
        Value::Object(_) => None,
        scalar => Some(scalar.to_string()),
    }
}

/// Returns a text of one line, with quotes if it needs them or contains a character that needs them.
fn quote(text: &str, needs_quotes: impl Fn(char) -> bool) -> String {
    let plain = plain(&Value::from(text));
    if !plain.starts_with(['\'', '"']) && (is_ambiguous(text) || text.contains(needs_quotes)) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    plain
}

/// Returns a scalar as YAML 1.2.
fn plain(scalar: &Value) -> String {
    // JSON is YAML too.
    yaml_serde::to_string(scalar).map_or_else(|_| scalar.to_string(), |yaml| yaml.trim_end().to_owned())
}

/// Returns true for a text that readers or parsers of YAML 1.1 may take for another type: a boolean, a number, a time or
/// an item of a list.
fn is_ambiguous(text: &str) -> bool {
    const BOOLEANS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let is_numeric = |c: char| c.is_ascii_digit() || "TtZz:.+-_ ".contains(c);
    BOOLEANS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || text.starts_with('-')
        || (text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(is_numeric))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn written(value: &Value) -> String {
        let yaml = to_string(value);
        assert_eq!(yaml_serde::from_str::<Value>(&yaml).unwrap(), *value, "{yaml}");
        yaml
    }

    #[test]
    fn strings_that_look_like_another_type_have_quotes() {
        let values = json!({ "values": [
            "no",
            "Off",
            "true",
            "12",
            "1e3",
            "2023-11-07",
            "2023-11-07T05:31:56Z",
            "22:22",
            "-name",
            "north",
            "a: b",
            "- a\n- b"
        ] });
        insta::assert_snapshot!(written(&values), @r"
        values:
        - 'no'
        - 'Off'
        - 'true'
        - '12'
        - '1e3'
        - '2023-11-07'
        - '2023-11-07T05:31:56Z'
        - '22:22'
        - '-name'
        - north
        - 'a: b'
        - |-
            - a
            - b
        ");
    }

    #[test]
    fn short_values_are_in_one_line() {
        let value = json!({
            "schema": { "$ref": "#/components/schemas/Contact" },
            "items": { "schema": { "type": ["string", "null"] } },
            "three": { "a": 1, "b": null, "c": "it's {d}" },
            "four": { "a": 1, "b": 2, "c": 3, "d": 4 },
            "long": ["a text of some length", "another text of some length", "one more text of some length", "the last text"],
            "objects": [{ "a": 1 }, { "a": [{ "b": true, "c": "it's a, b" }], "d": [] }, [["x"], ["y"]]],
            "quoted": ["a, b", "[c]", "it's {d}", "'e'", ""],
            "text": "First.\n\n  Second.\n",
            "404": {},
        });
        insta::assert_snapshot!(written(&value), @r#"
        schema: { $ref: '#/components/schemas/Contact' }
        items: { schema: { type: [string, 'null'] } }
        three: { a: 1, b: null, c: 'it''s {d}' }
        four:
          a: 1
          b: 2
          c: 3
          d: 4
        long: [a text of some length, another text of some length, one more text of some length, the last text]
        objects:
        - { a: 1 }
        - a:
          - { b: true, c: 'it''s a, b' }
          d: []
        - - [x]
          - ['y']
        quoted: ['a, b', '[c]', 'it''s {d}', '''e''', '']
        text: |
          First.

            Second.
        '404': {}
        "#);
    }
}
