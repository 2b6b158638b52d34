//! The flags of an update that remove and replace tags.

use clap::Args;

use super::tag_list::TagList;

/// The flags of an update that remove and replace tags. Every write of contacts has `--tag`, which adds one.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "tag_changes", multiple = true)]
pub(crate) struct TagChangeArgs {
    /// Remove this tag; repeat it for each
    #[arg(long = "untag", value_name = "TAG")]
    pub(crate) removed: Vec<String>,
    /// Replace all tags with these, separated by commas; a tag with a comma goes in a JSON array
    #[arg(long = "set-tags", value_name = "TAGS", conflicts_with_all = ["added", "removed"])]
    pub(crate) replaced_by: Vec<TagList>,
}

impl TagChangeArgs {
    /// Returns the tags that replace all others, if the flag was given.
    pub(crate) fn replacement(&self) -> Option<Vec<String>> {
        let tags = self.replaced_by.iter().flat_map(|list| list.0.iter().cloned());
        (!self.replaced_by.is_empty()).then(|| tags.collect())
    }
}
