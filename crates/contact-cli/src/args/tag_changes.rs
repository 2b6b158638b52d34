//! Flags of an update that remove and replace tags.

use clap::Args;

use super::tag_list::TagList;

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
