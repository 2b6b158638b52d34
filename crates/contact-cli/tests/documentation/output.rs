//! Compares the output in a document with the real output.

use std::collections::HashMap;

use regex::{Captures, Regex};
use serde_json::Value;

/// The headers that the documents leave out of responses.
const OMITTED_HEADERS: [&str; 4] = ["date", "content-length", "cache-control", "x-content-type-options"];

/// What differs in each run: ids, times, cursors, keys and rates.
///
/// Ids, times and cursors are numbered in the order in which they appear, so that one that appears again must be the same
/// in the document and in the real output.
pub(crate) struct Masks {
    numbers: HashMap<String, usize>,
    id: Regex,
    time: Regex,
    cursor: Regex,
    others: Vec<(Regex, &'static str)>,
}

impl Masks {
    pub(crate) fn new() -> Self {
        let regex = |pattern| Regex::new(pattern).unwrap();
        Self {
            numbers: HashMap::new(),
            id: regex("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"),
            time: regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
            cursor: regex("[-_0-9A-Za-z]{70,}"),
            others: vec![
                (regex("ctk_[0-9A-Za-z]{4}…"), "HINT"),
                (regex("ctk_([0-9A-Za-z]+|…)"), "KEY"),
                (regex(r"in \d+\.\d s, \d+ rows/s"), "in TIME, RATE"),
            ],
        }
    }

    fn apply(&mut self, text: &str) -> String {
        let numbers = &mut self.numbers;
        let mut number = |kind: &str, found: &str| {
            let next = numbers.len() + 1;
            format!("{kind}-{}", numbers.entry(found.replace('-', "")).or_insert(next))
        };
        let text = self.id.replace_all(text, |found: &Captures<'_>| number("ID", &found[0]));
        let text = self.time.replace_all(&text, |found: &Captures<'_>| number("TIME", &found[0]));
        let text = self.cursor.replace_all(&text, |found: &Captures<'_>| number("CURSOR", &found[0]));
        let mut text = text.into_owned();
        for (pattern, replacement) in &self.others {
            text = pattern.replace_all(&text, *replacement).into_owned();
        }
        text
    }

    /// Returns an output in the form in which it is compared. `language` is that of the block in the document.
    pub(crate) fn normalise(&mut self, language: &str, output: &str) -> String {
        let text = match language {
            "json" => pretty(output),
            "http" => {
                let (head, body) = output.trim().split_once("\n\n").unwrap_or((output.trim(), ""));
                let is_kept = |line: &&str| {
                    let name = line.split(':').next().unwrap_or_default().to_lowercase();
                    !OMITTED_HEADERS.contains(&name.as_str())
                };
                let head: Vec<&str> = head.lines().map(str::trim_end).filter(is_kept).collect();
                format!("{}\n\n{}", head.join("\n"), pretty(body))
            }
            _ => output
                .lines()
                .filter(|line| !is_log(line))
                .map(|line| format!("{}\n", line.trim_end()))
                .collect(),
        };
        self.apply(text.trim())
    }
}

/// Returns true for a line of the server's log, which the documents leave out.
fn is_log(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let starts_with_time = words.next().is_some_and(|word| word.ends_with('Z') && word.contains('T'));
    starts_with_time && words.next().is_some_and(|word| ["ERROR", "WARN", "INFO"].contains(&word))
}

/// Formats JSON; any other text is unchanged.
fn pretty(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |value| format!("{value:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_that_differ_in_each_run_are_masked() {
        let normalise = |text: &str| Masks::new().normalise("json", text);
        let first = r#"{"id": "01a22cce-5840-7589-a12e-5237e7a246b0", "at": "2026-11-30T14:14:10.24Z", "tag": "01a22cce58407589a12e5237e7a246b0-v1"}"#;
        let second = r#"{"id":"11a22cce-5840-7589-a12e-5237e7a246b0","at":"2027-11-30T14:14:10Z","tag":"11a22cce58407589a12e5237e7a246b0-v1"}"#;
        assert_eq!(normalise(first), normalise(second));
        assert_ne!(normalise(first), normalise(&second.replace("v1", "v2")));
        assert_ne!(normalise(first), normalise(&second.replace("11a22cce58", "21a22cce58")), "another id");
    }

    #[test]
    fn a_response_is_compared_without_the_omitted_headers() {
        let real = "HTTP/1.1 200 OK\r\ndate: today\r\netag: \"1\"\r\n\r\n{\"a\":1}";
        let normalise = |text: &str| Masks::new().normalise("http", text);
        assert_eq!(
            normalise(&real.replace('\r', "")),
            normalise("HTTP/1.1 200 OK\netag: \"1\"\n\n{\"a\": 1}")
        );
        assert_ne!(normalise(&real.replace('\r', "")), normalise("HTTP/1.1 200 OK\n\n{\"a\": 1}"));
    }

    #[test]
    fn lines_of_the_log_are_left_out() {
        let text = "2026-11-30T15:54:33.746572Z  INFO audit: event=\"key_created\"\nContacts API";
        assert_eq!(Masks::new().normalise("text", text), "Contacts API");
    }
}
