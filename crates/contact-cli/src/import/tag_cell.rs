//! Tags in one cell: with semicolons or commas between them, as Google has them, or as JSON.

use std::borrow::Cow;

use super::row::Value;
use super::said::string;

/// What stands between two values of Google's in one cell.
pub(crate) const GOOGLES: &str = " ::: ";
/// The group that Google puts every contact in.
const EVERYONE: &str = "myContacts";

/// Adds the tags of a cell to others.
///
/// # Errors
/// It is JSON, and no list of texts.
pub(crate) fn add<'r>(value: Value<'r>, tags: &mut Vec<Cow<'r, str>>) -> Result<(), String> {
    let is_list = |text: &str| text.trim_start().starts_with('[');
    match value {
        Value::Text(text) if is_list(text) => match serde_json::from_str::<Vec<String>>(text) {
            Ok(list) => tags.extend(list.into_iter().map(Cow::Owned)),
            Err(_) => split(text, tags),
        },
        Value::Text(text) => split(text, tags),
        Value::Json(json) if is_list(json) => {
            let list = serde_json::from_str::<Vec<String>>(json);
            tags.extend(list.map_err(|_| NO_LIST)?.into_iter().map(Cow::Owned));
        }
        Value::Json(json) => match string(json).ok_or(NO_LIST)? {
            Cow::Borrowed(text) => split(text, tags),
            Cow::Owned(text) => {
                let mut owned = Vec::new();
                split(&text, &mut owned);
                tags.extend(owned.into_iter().map(|tag| Cow::Owned(tag.into_owned())));
            }
        },
    }
    Ok(())
}

const NO_LIST: &str = "tags takes a list of texts, or one text";

fn split<'r>(text: &'r str, tags: &mut Vec<Cow<'r, str>>) {
    let mut push = |tag: &'r str| {
        if !tag.is_empty() {
            tags.push(Cow::Borrowed(tag));
        }
    };
    if text.contains(GOOGLES) || text.starts_with("* ") {
        let labels = text.split(GOOGLES).map(str::trim);
        // Google marks the groups that are its own.
        labels
            .map(|label| label.strip_prefix("* ").unwrap_or(label))
            .filter(|label| *label != EVERYONE)
            .for_each(push);
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
