//! The links between the documents.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use contact_testing::workspace;

/// Returns all documents of the workspace, relative to its root.
pub(crate) fn documents() -> Vec<PathBuf> {
    let root = workspace();
    let mut directories = vec![PathBuf::new(), "docs".into(), "docs/decisions".into()];
    directories.extend(entries(&root.join("crates")).map(|path| path.strip_prefix(root).unwrap().to_owned()));
    let files = directories.iter().flat_map(|directory| entries(&root.join(directory)).collect::<Vec<_>>());
    let documents = files.filter(|file| file.extension().is_some_and(|extension| extension == "md"));
    documents.map(|file| file.strip_prefix(root).unwrap().to_owned()).collect()
}

fn entries(directory: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path())
}

/// Returns the targets of the Markdown links in a text.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
}

/// Returns the anchors of a document: its headings, as GitHub derives anchors from them, and the elements with an id.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        title
            .chars()
            .filter(|&c| c.is_alphanumeric() || " -_".contains(c))
            .collect::<String>()
            .replace(' ', "-")
    });
    let elements = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    headings.chain(elements.map(|(id, _)| id.to_owned())).collect()
}

/// Returns the links of a document to files and anchors that do not exist.
fn broken_links(root: &Path, document: &Path) -> Vec<String> {
    let text = fs::read_to_string(root.join(document)).unwrap();
    let directory = document.parent().unwrap();
    let is_broken = |target: &&str| {
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        let file = if path.is_empty() { root.join(document) } else { root.join(directory).join(path) };
        let is_document = file.extension().is_some_and(|extension| extension == "md");
        !file.exists()
            || is_document
                && !anchor.is_empty()
                && !anchors(&fs::read_to_string(&file).unwrap()).contains(anchor)
    };
    let local = targets(&text).filter(|target| !target.starts_with("http"));
    local.filter(is_broken).map(|target| format!("{}: {target}", document.display())).collect()
}

#[test]
fn every_link_leads_to_a_file_and_an_anchor() {
    let root = workspace();
    let documents = documents();
    assert!(documents.len() > 20, "{documents:#?}");
    let broken: Vec<String> = documents.iter().flat_map(|document| broken_links(root, document)).collect();
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn broken_links_are_found() {
    let directory = tempfile::tempdir().unwrap();
    let text = "# A `b`, c\n<a id=\"d\"></a> [1](#a-b-c) [2](#d) [3](a.md#d) [4](https://example.com) [5](#e) [6](b.md)";
    fs::write(directory.path().join("a.md"), text).unwrap();
    assert_eq!(broken_links(directory.path(), Path::new("a.md")), ["a.md: #e", "a.md: b.md"]);
}
