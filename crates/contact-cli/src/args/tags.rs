//! Tags as arguments.

use std::str::FromStr;

use clap::Args;

/// Flags of an update that remove and replace tags. `--tag`, which adds one, is a flag of every write of contacts.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "tag_changes", multiple = true)]
pub(crate) struct TagChangeArgs {
    /// Remove this tag; may be repeated
    #[arg(long = "untag", value_name = "TAG", allow_hyphen_values = true)]
    pub(crate) removed: Vec<String>,
    /// Replace all tags with these, separated by commas or as a JSON array
    #[arg(long = "set-tags", value_name = "TAGS", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = ["added", "removed"])]
    pub(crate) replaced_by: Vec<TagList>,
}

impl TagChangeArgs {
    /// Returns the tags that replace all others, if the flag is given.
    pub(crate) fn replacement(&self) -> Option<Vec<String>> {
        let tags = self.replaced_by.iter().flat_map(|list| list.0.iter().cloned());
        (!self.replaced_by.is_empty()).then(|| tags.collect())
    }
}

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
