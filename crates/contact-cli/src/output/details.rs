//! One record as lines of names and values, for a table.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use super::cell::{Fields, printable, shown};

/// Returns the names and values of a record. The keys of a receipt and its contact are lines of their own.
pub(super) fn lines(fields: &Fields) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for (name, value) in fields {
        let text = match name.as_str() {
            "contact" | "receipt" => {
                lines.extend(object(value).map(|inner| self::lines(&inner)).unwrap_or_default());
                continue;
            }
            "thread" => object(value).map(|thread| activity(&thread)),
            "recent_activity" => serde_json::from_str::<Vec<Fields>>(value.get())
                .ok()
                .map(|threads| joined(threads.iter().map(activity))),
            "changed" => changes(value, "before", "after"),
            "normalised" | "coerced" => changes(value, "sent", "stored"),
            _ => None,
        };
        lines.push((name.clone(), text.unwrap_or_else(|| shown(value))));
    }
    lines
}

fn object(value: &RawValue) -> Option<Fields> {
    serde_json::from_str(value.get()).ok()
}

/// Returns a thread in one line.
fn activity(thread: &Fields) -> String {
    let words = ["created_at", "type", "status", "direction", "agent_name"];
    words.iter().filter_map(|key| thread.get(*key)).map(|value| shown(value)).collect::<Vec<_>>().join(" ")
}

/// Returns a line for each changed field, such as `name: "Jane" → "Jane Doe"`. Returns `None` if the value does not
/// consist of changes.
fn changes(value: &RawValue, from: &str, to: &str) -> Option<String> {
    let fields: IndexMap<String, Fields> = serde_json::from_str(value.get()).ok()?;
    let side = |change: &Fields, key| change.get(key).map(|value| value.get().to_owned()).unwrap_or_default();
    Some(joined(
        fields.iter().map(|(name, change)| {
            printable(&format!("{name}: {} → {}", side(change, from), side(change, to)))
        }),
    ))
}

fn joined(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}
