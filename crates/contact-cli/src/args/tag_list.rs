//! Several tags in one argument.

use std::str::FromStr;

/// Tags in one argument: separated by commas, or a JSON array of strings, whose tags may contain commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TagList(pub(crate) Vec<String>);

impl FromStr for TagList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim_start().starts_with('[') {
            return serde_json::from_str(text)
                .map(Self)
                .map_err(|error| format!("not a JSON array of strings: {error}"));
        }
        let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty());
        Ok(Self(tags.map(str::to_owned).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_separated_by_commas_or_in_a_json_array() {
        for (text, tags) in [
            ("vip", &["vip"][..]),
            ("vip, big spender,,", &["vip", "big spender"]),
            ("", &[]),
            ("[]", &[]),
            (r#"["a, b", "[c]"]"#, &["a, b", "[c]"]),
        ] {
            assert_eq!(text.parse::<TagList>().unwrap().0, tags, "{text}");
        }
        assert!("[a, b]".parse::<TagList>().unwrap_err().contains("JSON array"));
    }
}
