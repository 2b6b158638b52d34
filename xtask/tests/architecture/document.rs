//! The files that `docs/architecture.md` names exist, and the code that its links name is in those files.

use std::fs;
use std::path::{Path, PathBuf};

use super::NOTHING;
use super::crates::Workspace;
use super::files::rust_files;

/// A link in a Markdown text.
#[derive(Debug, PartialEq)]
struct Link<'a> {
    /// The text of the link, if it is code.
    code: Option<&'a str>,
    target: &'a str,
}

fn links(text: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    for (end, _) in text.match_indices("](") {
        let Some(start) = text[..end].rfind('[') else { continue };
        let rest = &text[end + 2..];
        let Some(close) = rest.find(')') else { continue };
        let label = &text[start + 1..end];
        let code = label.strip_prefix('`').and_then(|label| label.strip_suffix('`'));
        found.push(Link { code, target: &rest[..close] });
    }
    found
}

/// Returns the links of a text in `directory` that lead nowhere, or to a file that does not define what they name.
fn broken_links(text: &str, directory: &Path) -> Vec<String> {
    let is_local = |link: &Link<'_>| !link.target.starts_with("http") && !link.target.starts_with('#');
    let is_broken = |link: &Link<'_>| {
        let path = directory.join(link.target.split('#').next().unwrap());
        match link.code.filter(|_| path.extension().is_some_and(|extension| extension == "rs")) {
            Some(code) => !fs::read_to_string(&path).is_ok_and(|source| defines(&path, &source, code)),
            None => !path.exists(),
        }
    };
    let broken = links(text).into_iter().filter(is_local).filter(is_broken);
    broken.map(|link| format!("[{}]({})", link.code.unwrap_or_default(), link.target)).collect()
}

/// Returns true if the source of the file defines an item such as `Store::write` or `WriteSet`, or if `name` is a path
/// of a file. The name may begin with the module's name.
fn defines(path: &Path, source: &str, name: &str) -> bool {
    if name.contains('/') || name.ends_with(".rs") {
        return true;
    }
    let name = name.trim_end_matches("()").trim_end_matches('!');
    name.split("::").all(|part| {
        path.file_stem().is_some_and(|module| module == part)
            || [
                "fn",
                "struct",
                "enum",
                "trait",
                "type",
                "const",
                "static",
                "mod",
                "macro_rules!",
                "impl",
                "for",
            ]
            .into_iter()
            .any(|keyword| contains_definition(source, keyword, part))
    })
}

fn contains_definition(source: &str, keyword: &str, name: &str) -> bool {
    source.match_indices(&format!("{keyword} {name}")).any(|(start, found)| {
        let next = source[start + found.len()..].chars().next();
        !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
    })
}

#[test]
fn every_link_leads_to_the_code_that_it_names() {
    let docs = Workspace::read().root.join("docs");
    let text = fs::read_to_string(docs.join("architecture.md")).unwrap();
    assert!(links(&text).len() > 20, "the links are found");
    assert_eq!(broken_links(&text, &docs), NOTHING);
}

#[test]
fn broken_links_are_found() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/architecture");
    let fine = "[`document::links`](document.rs), [`Link`](document.rs#L1), [here](#x), [there](https://example.com), [a](main.rs)";
    assert_eq!(broken_links(fine, &directory), NOTHING);
    let broken = "[`document::missing`](document.rs), [`Link::missing`](document.rs), [`x`](missing.rs), [b](missing.md)";
    assert_eq!(
        broken_links(broken, &directory),
        [
            "[document::missing](document.rs)",
            "[Link::missing](document.rs)",
            "[x](missing.rs)",
            "[](missing.md)"
        ]
    );
}

/// Returns the names of Rust files in a text, such as `` `queue/turn_order.rs` ``, that are not the end of any path.
fn missing_files<'a>(text: &'a str, files: &[PathBuf]) -> Vec<&'a str> {
    let code = text.split('`').skip(1).step_by(2);
    let names = code.filter(|code| code.ends_with(".rs") && !code.contains(char::is_whitespace));
    // Paths begin with the name of a crate, or end within one.
    let exists = |name: &str| {
        let in_source = name.split_once('/').map(|(start, end)| format!("{start}/src/{end}"));
        files.iter().any(|file| file.ends_with(name) || in_source.iter().any(|path| file.ends_with(path)))
    };
    names.filter(|name| !exists(name)).collect()
}

#[test]
fn every_file_that_is_named_exists() {
    let root = Workspace::read().root;
    let text = fs::read_to_string(root.join("docs/architecture.md")).unwrap();
    let directories = [root.join("crates"), root.join("xtask")];
    let files: Vec<PathBuf> =
        directories.iter().flat_map(|directory| rust_files(directory)).map(|(path, _)| path).collect();
    assert_eq!(missing_files(&text, &files), NOTHING);
    let example = "`document.rs`, `architecture/document.rs`, `xtask/lib.rs` and `cargo test` exist, `architect.rs` and `tests/document.rs` do not";
    assert_eq!(missing_files(example, &files), ["architect.rs", "tests/document.rs"]);
}
