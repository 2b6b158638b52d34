//! Reads the tags in a cell: separated by semicolons or commas, as Google writes labels, or as JSON.

use super::values::quoted;
use crate::import::row::Value;

/// The text that Google writes between several values in one cell.
const GOOGLE_SEPARATOR: &str = " ::: ";

const NOT_A_LIST: &str = "tags takes a list of texts, or one text";

/// Returns the tags of a cell, without Google's group of all contacts.
///
/// # Errors
/// The cell is JSON, but neither a list of texts nor a text.
pub(super) fn tags(cell: &Value) -> Result<Vec<String>, String> {
    let is_list = cell.as_str().trim_start().starts_with('[');
    let list = serde_json::from_str::<Vec<String>>(cell.as_str()).ok().filter(|_| is_list);
    let mut tags = match (list, cell) {
        (Some(list), _) => list,
        (None, Value::Text(text)) => split(&quoted(text)),
        (None, Value::Json(json)) => split(&serde_json::from_str::<String>(json).map_err(|_| NOT_A_LIST)?),
    };
    tags.retain(|tag| !is_everyone(tag));
    Ok(tags)
}

/// Returns true for the group in which Google puts every contact: `myContacts`, and `My Contacts` before 2024.
fn is_everyone(tag: &str) -> bool {
    let tag = tag.strip_prefix("* ").unwrap_or(tag);
    tag == "myContacts" || tag.eq_ignore_ascii_case("My Contacts")
}

fn split(text: &str) -> Vec<String> {
    let tags: Vec<&str> = if text.contains(GOOGLE_SEPARATOR) || text.starts_with("* ") {
        // Google marks its own groups with an asterisk.
        let labels = text.split(GOOGLE_SEPARATOR).map(str::trim);
        labels.map(|label| label.strip_prefix("* ").unwrap_or(label)).collect()
    } else {
        text.split([';', ',']).map(str::trim).collect()
    };
    tags.into_iter().filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_split_at_separators() {
        for (text, expected) in [
            ("vip", &["vip"][..]),
            ("vip; lead,, a b ;", &["vip", "lead", "a b"]),
            ("* myContacts ::: Friends ::: a, b", &["Friends", "a, b"]),
            ("* myContacts", &[]),
            ("* My Contacts ::: University ::: * starred", &["University", "starred"]),
            ("myContacts,Family; * My Contacts", &["Family"]),
            (r#"["myContacts","a"]"#, &["a"]),
            ("* friends", &["friends"]),
            (r#"["a,b", "c"]"#, &["a,b", "c"]),
            ("[a], b", &["[a]", "b"]),
            ("", &[]),
        ] {
            assert_eq!(tags(&Value::text(text)).unwrap(), expected, "{text}");
        }
        let json = |json: &str| tags(&Value::Json(json.to_owned()));
        assert_eq!(json(r#"["a,b"]"#).unwrap(), ["a,b"]);
        assert_eq!(json(r#""a,\u0062""#).unwrap(), ["a", "b"]);
        for other in ["[1]", "1", "true", "{}"] {
            assert!(json(other).is_err(), "{other}");
        }
    }
}
