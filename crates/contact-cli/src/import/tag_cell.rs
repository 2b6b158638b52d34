//! Reads the tags in a cell: separated by semicolons or commas, as Google writes labels, or as JSON.

use std::borrow::Cow;

use super::row::Value;
use super::said::{quoted, string};

/// What Google writes between several values in one cell.
pub(crate) const GOOGLES: &str = " ::: ";

/// Adds the tags of a cell to others, without Google's group of all contacts.
///
/// # Errors
/// The cell is JSON, but neither a list of texts nor a text.
pub(crate) fn add<'r>(value: Value<'r>, tags: &mut Vec<Cow<'r, str>>) -> Result<(), String> {
    let before = tags.len();
    let is_list = |text: &str| text.trim_start().starts_with('[');
    match value {
        Value::Text(text) if is_list(text) => match serde_json::from_str::<Vec<String>>(text) {
            Ok(list) => tags.extend(list.into_iter().map(Cow::Owned)),
            Err(_) => split(text, tags),
        },
        Value::Text(text) => split_cow(quoted(text).unwrap_or(Cow::Borrowed(text)), tags),
        Value::Json(json) if is_list(json) => {
            let list = serde_json::from_str::<Vec<String>>(json);
            tags.extend(list.map_err(|_| NO_LIST)?.into_iter().map(Cow::Owned));
        }
        Value::Json(json) => split_cow(string(json).ok_or(NO_LIST)?, tags),
    }
    let mut place = 0;
    tags.retain(|tag| {
        place += 1;
        place <= before || !is_everyone(tag)
    });
    Ok(())
}

/// Returns true for the group in which Google puts every contact: `myContacts`, and `My Contacts` before 2024.
fn is_everyone(tag: &str) -> bool {
    let tag = tag.strip_prefix("* ").unwrap_or(tag);
    tag == "myContacts" || tag.eq_ignore_ascii_case("My Contacts")
}

const NO_LIST: &str = "tags takes a list of texts, or one text";

fn split_cow<'r>(text: Cow<'r, str>, tags: &mut Vec<Cow<'r, str>>) {
    match text {
        Cow::Borrowed(text) => split(text, tags),
        Cow::Owned(text) => {
            let mut owned = Vec::new();
            split(&text, &mut owned);
            tags.extend(owned.into_iter().map(|tag| Cow::Owned(tag.into_owned())));
        }
    }
}

fn split<'r>(text: &'r str, tags: &mut Vec<Cow<'r, str>>) {
    let mut push = |tag: &'r str| {
        if !tag.is_empty() {
            tags.push(Cow::Borrowed(tag));
        }
    };
    if text.contains(GOOGLES) || text.starts_with("* ") {
        let labels = text.split(GOOGLES).map(str::trim);
        // Google marks the groups that are its own.
        labels.map(|label| label.strip_prefix("* ").unwrap_or(label)).for_each(push);
    } else {
        text.split([';', ',']).map(str::trim).for_each(&mut push);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(value: Value<'_>) -> Result<Vec<String>, String> {
        let mut tags = Vec::new();
        add(value, &mut tags)?;
        Ok(tags.into_iter().map(Cow::into_owned).collect())
    }

    #[test]
    fn tags_are_split_at_what_stands_between_them() {
        for (text, split) in [
            ("vip", &["vip"][..]),
            ("vip; lead,, a b ;", &["vip", "lead", "a b"]),
            ("* myContacts ::: Friends ::: a, b", &["Friends", "a, b"]),
            ("* myContacts", &[]),
            ("* My Contacts ::: University ::: * starred", &["University", "starred"]),
            ("myContacts", &[]),
            ("myContacts,Family; * My Contacts", &["Family"]),
            (r#"["myContacts","a"]"#, &["a"]),
            ("* friends", &["friends"]),
            (r#"["a,b", "c"]"#, &["a,b", "c"]),
            ("[a], b", &["[a]", "b"]),
            ("", &[]),
        ] {
            assert_eq!(tags(Value::Text(text)).unwrap(), split, "{text}");
        }
        assert_eq!(tags(Value::Json(r#"["a,b"]"#)).unwrap(), ["a,b"]);
        assert_eq!(tags(Value::Json(r#""a,\u0062""#)).unwrap(), ["a", "b"]);
        for json in ["[1]", "1", "true", "{}"] {
            assert!(tags(Value::Json(json)).is_err(), "{json}");
        }
    }
}
