//! Reads the fenced code blocks of a Markdown document, and the comments that control how they are tested.

use std::mem;

/// A fenced code block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    /// The number of the line with the opening fence.
    pub(crate) line: usize,
    /// The first word after the opening fence.
    pub(crate) language: String,
    /// The contents, without the indentation of the fence.
    pub(crate) text: String,
    /// The comments directly before the block.
    pub(crate) directives: Vec<Directive>,
}

/// A comment such as `<!-- test: in another terminal -->`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Directive {
    /// `not run, because REASON`: the block is not run.
    NotRun(String),
    /// `in another terminal`: the block starts a server, which runs until the end of the document.
    InAnotherTerminal,
    /// `with PostgreSQL`: the block is run only if there is a PostgreSQL.
    WithPostgres,
    /// `with a server`: a server runs before the block.
    WithServer,
}

impl Directive {
    /// Reads a line that consists of a comment of this form; the inner error describes what is wrong with it.
    fn from_line(line: &str) -> Option<Result<Self, String>> {
        let text = line.trim().strip_prefix("<!-- test:")?.strip_suffix("-->")?.trim();
        let reason = text.strip_prefix("not run, because").map(str::trim);
        Some(match (text, reason) {
            (_, Some("")) | ("not run", None) => Err("a block that is not run needs a reason".to_owned()),
            (_, Some(reason)) => Ok(Self::NotRun(reason.to_owned())),
            ("in another terminal", None) => Ok(Self::InAnotherTerminal),
            ("with PostgreSQL", None) => Ok(Self::WithPostgres),
            ("with a server", None) => Ok(Self::WithServer),
            _ => Err(format!("unknown comment: {text}")),
        })
    }
}

/// Returns the blocks of a document.
///
/// # Panics
/// A comment for the test is invalid, or a block has no end or no language.
pub(crate) fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut directives = Vec::new();
    let mut lines = document.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let content = line.trim_start();
        if let Some(directive) = Directive::from_line(line) {
            directives.push(directive.unwrap_or_else(|error| panic!("line {}: {error}", index + 1)));
        } else if let Some(info) = content.strip_prefix("```") {
            let indentation = &line[..line.len() - content.len()];
            let language = info.split([' ', ',']).next().unwrap_or_default().to_owned();
            assert!(!language.is_empty(), "line {}: the block has no language", index + 1);
            let mut text = String::new();
            loop {
                let (_, line) = lines.next().unwrap_or_else(|| panic!("line {}: no end", index + 1));
                let line = line.strip_prefix(indentation).unwrap_or(line);
                if line.trim_end() == "```" {
                    break;
                }
                text += line;
                text += "\n";
            }
            blocks.push(Block { line: index + 1, language, text, directives: mem::take(&mut directives) });
        } else if !content.is_empty() {
            assert_eq!(directives, [], "line {}: a block must follow the comment", index + 1);
        }
    }
    blocks
}

#[test]
fn blocks_are_read_with_their_comments() {
    let document = "Text\n\n1. Item\n\n   <!-- test: with a server -->\n   <!-- test: with PostgreSQL -->\n   ```sh\n   a\n     b\n   ```\n\n```rust,no_run\n```\n";
    let directives = vec![Directive::WithServer, Directive::WithPostgres];
    assert_eq!(
        blocks(document),
        [
            Block { line: 7, language: "sh".into(), text: "a\n  b\n".into(), directives },
            Block { line: 12, language: "rust".into(), text: String::new(), directives: vec![] }
        ]
    );
}

#[test]
fn a_block_that_is_not_run_has_a_reason() {
    let line = "<!-- test: not run, because it takes an hour -->";
    assert_eq!(Directive::from_line(line), Some(Ok(Directive::NotRun("it takes an hour".to_owned()))));
    for line in ["<!-- test: not run -->", "<!-- test: not run, because -->", "<!-- test: skip -->"] {
        assert!(matches!(Directive::from_line(line), Some(Err(_))), "{line}");
    }
    assert_eq!(Directive::from_line("<!-- a comment -->"), None);
}
